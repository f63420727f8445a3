using System.Threading.Channels;
using MQTTnet;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Requests that wait for their responses, and which of them a received message answers (MQTT 5.0, 4.10).</summary>
internal sealed class MqttReplies
{
    /// <summary>Most responses that wait to be read; a peer that sends more loses them here, not in the list.</summary>
    private const int MostUnread = 1_000;

    private readonly Lock _lock = new();
    private readonly SessionContext _context;

    // Replaced as a whole, so that the path of every message costs one look.
    private volatile Pending[] _pending = [];

    public MqttReplies(SessionContext context) => _context = context;

    /// <summary>Begins to listen for the responses of a request.</summary>
    public Pending Open(string topic, byte[] correlation)
    {
        var pending = new Pending(topic, correlation, _context.NextExchange(), _context.Time.GetTimestamp());
        lock (_lock)
            _pending = [.. _pending, pending];
        return pending;
    }

    public void Close(Pending pending)
    {
        lock (_lock)
            _pending = [.. _pending.Where(other => other != pending)];
    }

    /// <summary>The request that a message answers; null where it answers none.</summary>
    public Pending? Find(MqttApplicationMessage message)
    {
        foreach (var pending in _pending)
        {
            if (
                message.Topic == pending.Topic
                && message.CorrelationData is { } correlation
                && correlation.AsSpan().SequenceEqual(pending.Correlation)
            )
                return pending;
        }

        return null;
    }

    /// <summary>How long ago a request was sent.</summary>
    public TimeSpan Elapsed(Pending pending) => _context.Time.GetElapsedTime(pending.SentAt);

    /// <summary>A request that waits.</summary>
    /// <param name="Topic">Where the responses come.</param>
    /// <param name="Correlation">What they repeat.</param>
    /// <param name="Exchange">What ties request and responses together.</param>
    /// <param name="SentAt">When it was sent.</param>
    public sealed record Pending(string Topic, byte[] Correlation, ExchangeId Exchange, long SentAt)
    {
        private readonly Channel<Message> _responses = Channel.CreateBounded<Message>(
            new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropWrite }
        );

        public ChannelReader<Message> Responses => _responses.Reader;

        public void Add(Message response) => _responses.Writer.TryWrite(response);
    }
}
