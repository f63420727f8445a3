using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A client reads a partition in a consumer group.</summary>
internal sealed class ConsumerLink : OutgoingLink
{
    private const int ReadAhead = 64;

    private readonly StoredEvent?[] _read = new StoredEvent?[ReadAhead];
    private readonly HubReaders _readers;
    private readonly bool _wantsMetric;
    private int _taken;
    private int _available;
    private long _next;

    /// <param name="session">Its session.</param>
    /// <param name="attach">What the client asks for.</param>
    /// <param name="path">Group and partition.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="position">Where it begins.</param>
    /// <param name="readers">Where it is listed.</param>
    public ConsumerLink(
        HubSession session,
        Attach attach,
        string path,
        HubPartition partition,
        EventPosition position,
        HubReaders readers
    )
        : base(session, attach, path)
    {
        _readers = readers;
        Partition = partition;
        _next = partition.Find(position);
        Epoch = attach.Properties?[new Symbol(HubVocabulary.Epoch)] switch
        {
            long level => level,
            int level => level,
            _ => null,
        };
        ReaderName = attach.Properties?[new Symbol(HubVocabulary.ReceiverName)] as string ?? "nil";
        _wantsMetric = attach.DesiredCapabilities?.Contains(new Symbol(HubVocabulary.RuntimeMetric)) == true;
    }

    public HubPartition Partition { get; }

    /// <summary>The owner level; null for none.</summary>
    public long? Epoch { get; }

    /// <summary>As the client calls it; untrusted.</summary>
    public string ReaderName { get; }

    /// <summary>True where each event comes with the partition's end.</summary>
    public bool WantsMetric => _wantsMetric;

    /// <summary>The sequence number of the next event.</summary>
    public long NextSequence => _next - (_available - _taken);

    public override string Purpose => $"reads partition {Partition.Id}";

    /// <summary>Begins to hear of new events.</summary>
    public void Start() => Partition.Watch(Session.Client.Wake);

    protected override ReadOnlyMemory<byte>? Next()
    {
        if (_taken == _available && !Refill())
            return null;
        var stored = _read[_taken]!;
        _read[_taken++] = null;
        return _wantsMetric ? WithMetric(stored) : stored.Encoded;
    }

    protected override void OnReleased()
    {
        Partition.Unwatch(Session.Client.Wake);
        _readers.Remove(this);
        Array.Clear(_read);
        _taken = _available = 0;
    }

    private bool Refill()
    {
        _taken = 0;
        _available = Partition.Read(_next, _read);
        if (_available == 0)
            return false;
        _next = _read[_available - 1]!.Sequence + 1;
        return true;
    }

    /// <summary>The event, with what the partition's end is in its delivery annotations.</summary>
    private ReadOnlyMemory<byte> WithMetric(StoredEvent stored)
    {
        var state = Partition.State;
        var annotations = new DeliveryAnnotations();
        annotations.Map[new Symbol("last_enqueued_sequence_number")] = state.LastSequence;
        annotations.Map[new Symbol("last_enqueued_offset")] = state.LastOffset.ToString(
            System.Globalization.CultureInfo.InvariantCulture
        );
        annotations.Map[new Symbol("last_enqueued_time_utc")] = state.LastTime.UtcDateTime;
        annotations.Map[new Symbol("runtime_info_retrieval_time_utc")] = Session.Client.Time.GetUtcNow().UtcDateTime;
        var buffer = new ByteBuffer(128, autoGrow: true);
        annotations.Encode(buffer);
        var header = stored.Encoded.AsSpan(0, stored.HeaderLength);
        var rest = stored.Encoded.AsSpan(stored.HeaderLength);
        return (byte[])[.. header, .. buffer.Buffer.AsSpan(buffer.Offset, buffer.Length), .. rest];
    }
}
