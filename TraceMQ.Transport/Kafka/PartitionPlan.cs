namespace TraceMQ.Transport.Kafka;

/// <summary>What is read of a partition. Offsets count as Kafka does: the one behind the last is where it ends.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Next">The offset to read next.</param>
/// <param name="Stored">Where the partition ended when the subscription began: what is before it is history.</param>
/// <param name="Stop">Where reading ends; null: never.</param>
internal sealed record PartitionPlan(int Partition, long Next, long Stored, long? Stop)
{
    /// <summary>Where the history ends that is read.</summary>
    public long History => Math.Min(Stored, Stop ?? Stored);

    /// <summary>True where all that was stored at the beginning has come, or all that was asked for.</summary>
    public bool HasHistory => Next >= History;

    /// <summary>True where nothing more is to come.</summary>
    public bool IsOver => Stop is { } stop && Next >= stop;
}
