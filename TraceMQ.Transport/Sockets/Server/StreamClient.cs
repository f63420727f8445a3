using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Framing;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Sockets.Server;

/// <summary>A client that connected over TCP, plain or with TLS.</summary>
internal sealed class StreamClient : SocketClient
{
    private readonly PeerStream _peer;
    private readonly SessionContext _context;
    private readonly StreamFraming _framing;
    private StreamLink? _link;

    public StreamClient(PeerStream peer, StreamFraming framing, SessionContext context)
        : base(peer.RemoteEndPoint, context.Time.GetTimestamp())
    {
        _peer = peer;
        _framing = framing;
        _context = context;
    }

    public override bool IsDatagrams => false;

    public override IReadOnlyList<Fact> Facts => [new Fact("by", _peer.Tls?.Version ?? "TCP")];

    private StreamLink Link => _link ??= new StreamLink(_peer, Name, _framing, _context);

    /// <summary>Receives until the client is gone.</summary>
    /// <param name="messages">Gets what comes and goes.</param>
    /// <param name="isHalfOpen">A client that has finished sending stays.</param>
    /// <param name="cancellationToken">The server stops.</param>
    /// <exception cref="TransportException">The client was lost, or sent what does not fit the framing.</exception>
    public async Task RunAsync(ClientMessages messages, bool isHalfOpen, CancellationToken cancellationToken)
    {
        var details = SocketDetails.Of(Name);
        try
        {
            while (await Link.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
            {
                CountIn(message.Length);
                messages.Post(Direction.In, Name, message, details);
                if (messages.AnswerTo(message) is not { } answer)
                    continue;
                // From the loop that receives: a client that asks and does not read keeps only itself waiting.
                messages.Post(Direction.Out, Name, answer, details);
                await Link.SendAsync(Link.Answer(answer), cancellationToken).ConfigureAwait(false);
                CountOut(answer.Length);
            }
        }
        catch (Exception exception) when (SocketFailures.IsExpected(exception))
        {
            throw SocketFailures.Of(Name, exception);
        }

        if (!isHalfOpen)
            return;
        _context.Notices.TryWrite(
            new Notice(
                NoticeLevel.Information,
                $"{Name} has finished sending (half-close); what is sent to it still goes out.",
                Name
            )
        );
        await Queue.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask SendAsync(SocketOutgoing outgoing, CancellationToken cancellationToken) =>
        Link.SendAsync(outgoing, cancellationToken);

    public override Task CloseAsync(SettingValues values, CancellationToken cancellationToken)
    {
        Queue.End();
        Cut();
        return Task.CompletedTask;
    }

    public override void Cut() => _peer.Stream.Dispose();
}
