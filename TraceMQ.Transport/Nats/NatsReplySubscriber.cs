using System.Buffers;
using System.Threading.Channels;
using NATS.Client.Core;

namespace TraceMQ.Transport.Nats;

/// <summary>The inbox of one request: its replies, or the word that nobody is there to answer (ADR-4, status 503).</summary>
internal sealed class NatsReplySubscriber : NatsSubBase
{
    /// <summary>Most replies that wait to be read; what a peer sends beyond is lost here, and counted by nobody but it.</summary>
    private const int MostUnread = 1_000;

    private readonly Channel<Message> _replies = Channel.CreateBounded<Message>(
        new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly SessionContext _context;
    private readonly NatsPrefix _prefix;
    private readonly ExchangeId _exchange;
    private long _sentAt;

    public NatsReplySubscriber(NatsConnection connection, string inbox, NatsPrefix prefix, SessionContext context)
        : base(connection, connection.SubscriptionManager, inbox, queueGroup: null, opts: null)
    {
        _context = context;
        _prefix = prefix;
        _exchange = context.NextExchange();
    }

    /// <summary>What ties the request and its replies together.</summary>
    public ExchangeId Exchange => _exchange;

    /// <summary>The replies; ends where there is nobody to answer.</summary>
    public ChannelReader<Message> Replies => _replies.Reader;

    /// <summary>True where the server said that nobody subscribes to the request's subject.</summary>
    public bool HasNoResponders { get; private set; }

    /// <summary>The request goes out now: round trips count from here.</summary>
    public void Begin() => _sentAt = _context.Time.GetTimestamp();

    public override ValueTask ReceiveAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    )
    {
        var (headers, status) = headersBuffer is { } block ? NatsHeaderBlock.Read(block) : ([], null);
        if (payloadBuffer.IsEmpty && status?.StartsWith(NatsHeaderBlock.NoResponders, StringComparison.Ordinal) == true)
        {
            HasNoResponders = true;
            _replies.Writer.TryComplete();
            return default;
        }

        var elapsed = _context.Time.GetElapsedTime(_sentAt);
        var message = new Message
        {
            Time = _context.Time.GetUtcNow(),
            Topic = subject,
            Payload = payloadBuffer.ToArray(),
            Headers = headers,
            Exchange = _exchange,
            Details = new MessageDetails([
                .. NatsDetails.OfLive(subject, subject, replyTo, status),
                new Detail(NatsDetails.RoundTrip, DetailValue.Of((long)elapsed.TotalMilliseconds)),
            ]),
        };
        _context.Inbox.TryPost(message);
        _replies.Writer.TryWrite(message);
        return default;
    }

    protected override ValueTask ReceiveInternalAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    ) => ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    protected override void TryComplete() => _replies.Writer.TryComplete();
}
