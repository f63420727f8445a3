namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>An event in a partition. Immutable; its bytes go to receivers as they are.</summary>
internal sealed class StoredEvent
{
    /// <summary>Bytes that an event costs beyond its own.</summary>
    public const int Overhead = 128;

    /// <summary>Its number in the partition.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its place in the partition in bytes, counted from the partition's beginning.</summary>
    public required long Offset { get; init; }

    /// <summary>When it was taken in; whole milliseconds, never before the one before it.</summary>
    public required DateTimeOffset EnqueuedTime { get; init; }

    /// <summary>The partition key; null where it came without.</summary>
    public required string? Key { get; init; }

    /// <summary>The message as receivers get it: the header as it came, annotations with what the hub adds, and the rest as it came.</summary>
    public required byte[] Encoded { get; init; }

    /// <summary>The length of the header at the beginning of <see cref="Encoded"/>.</summary>
    public required int HeaderLength { get; init; }

    /// <summary>Where in <see cref="Encoded"/> properties, body and footer begin.</summary>
    public required int BareStart { get; init; }

    /// <summary>Where in <see cref="Encoded"/> the body's bytes are, where it is a single Data section and nothing else follows the annotations.</summary>
    public Range? LoneData { get; init; }

    /// <summary>True where the client set annotations of its own.</summary>
    public bool HasOwnAnnotations { get; init; }

    /// <summary>What it counts against the retention by bytes.</summary>
    public int Cost => Encoded.Length + Overhead;
}
