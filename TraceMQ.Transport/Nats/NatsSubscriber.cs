using System.Buffers;
using NATS.Client.Core;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// A live subscription. It takes messages where the library reads them from the socket, without a queue in between: the inbox is the only one,
/// and counts what it has to drop. It never waits, since that would hold back the answers to the server's pings.
/// </summary>
internal sealed class NatsSubscriber : NatsSubBase
{
    private readonly SessionContext _context;
    private readonly NatsPrefix _prefix;
    private readonly bool _wantsSystem;
    private volatile bool _isOver;

    /// <param name="connection">The library's connection.</param>
    /// <param name="subject">The whole subject, with wildcards.</param>
    /// <param name="queueGroup">The group to join; null: none.</param>
    /// <param name="prefix">What the profile puts before subjects.</param>
    /// <param name="context">The inbox and the clock.</param>
    public NatsSubscriber(
        NatsConnection connection,
        string subject,
        string? queueGroup,
        NatsPrefix prefix,
        SessionContext context
    )
        : base(connection, connection.SubscriptionManager, subject, queueGroup, opts: null)
    {
        _context = context;
        _prefix = prefix;
        _wantsSystem = NatsPrefix.IsSystem(subject);
    }

    /// <summary>Takes nothing more, without a word to the server.</summary>
    public void End() => _isOver = true;

    public override ValueTask ReceiveAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    )
    {
        if (_isOver || (!_wantsSystem && NatsPrefix.IsSystem(subject)))
            return default;
        var (headers, status) = headersBuffer is { } block ? NatsHeaderBlock.Read(block) : ([], null);
        var topic = _prefix.Topic(subject);
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Topic = topic,
                Payload = payloadBuffer.ToArray(),
                Headers = headers,
                IsPrefixed = !ReferenceEquals(topic, subject),
                Details = NatsDetails.OfLive(topic, subject, replyTo, status),
            }
        );
        return default;
    }

    protected override ValueTask ReceiveInternalAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    ) => ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    protected override void TryComplete()
    {
        // There is no queue whose end would have to be told.
    }
}
