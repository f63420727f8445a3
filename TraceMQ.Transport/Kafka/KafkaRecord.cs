using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>A record that was read, or the word that a partition was read to its end.</summary>
internal readonly struct KafkaRecord
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition of it.</summary>
    public required int Partition { get; init; }

    /// <summary>Its number in the partition; of an end, the number that the next record will have.</summary>
    public required long Offset { get; init; }

    /// <summary>True where it is no record but the end of what there is.</summary>
    public bool IsPartitionEnd { get; init; }

    /// <summary>The key; null: it has none.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The value; null: it has none, which is a tombstone.</summary>
    public byte[]? Value { get; init; }

    /// <summary>Its time, and whose.</summary>
    public Timestamp Timestamp { get; init; }

    /// <summary>Pairs beside the value.</summary>
    public Header[] Headers { get; init; }
}
