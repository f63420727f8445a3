using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>How far a group is in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Committed">The offset that it reads next.</param>
/// <param name="End">Where the partition ends.</param>
internal readonly record struct GroupLag(TopicPartition Partition, long Committed, long End)
{
    /// <summary>How many records it has still to read; none where the partition was made anew behind its back.</summary>
    public long Lag => Math.Max(0, End - Committed);
}
