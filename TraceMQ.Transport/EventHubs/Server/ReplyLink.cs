using Amqp;
using Amqp.Framing;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A client receives the answers of <c>$cbs</c> or <c>$management</c>.</summary>
internal sealed class ReplyLink : OutgoingLink
{
    private const int MaximumWaiting = 100;

    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();

    /// <param name="session">Its session.</param>
    /// <param name="attach">What the client asks for.</param>
    /// <param name="path">The node.</param>
    public ReplyLink(HubSession session, Attach attach, string path)
        : base(session, attach, path) => Address = (attach.Target as Target)?.Address;

    /// <summary>Where the client wants answers to go; null where only the link's name says it.</summary>
    public string? Address { get; }

    public override bool NeedsClaim => false;

    public override string Purpose => $"hears {Path}";

    /// <summary>Sends an answer as soon as there is credit.</summary>
    public void Send(AmqpMessage answer)
    {
        if (_waiting.Count >= MaximumWaiting)
        {
            Detach(HubVocabulary.ResourceLimitExceeded, $"{MaximumWaiting} answers wait for credit.");
            return;
        }

        var encoded = answer.Encode();
        _waiting.Enqueue(encoded.Buffer.AsMemory(encoded.Offset, encoded.Length).ToArray());
        Session.Client.Wake();
    }

    // Cast: without it an empty memory, which null converts to, would be the answer.
    protected override ReadOnlyMemory<byte>? Next() =>
        _waiting.TryDequeue(out var next) ? (ReadOnlyMemory<byte>?)next : null;

    protected override void OnReleased() => _waiting.Clear();
}
