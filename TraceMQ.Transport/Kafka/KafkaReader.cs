namespace TraceMQ.Transport.Kafka;

/// <summary>A subscription that is read.</summary>
/// <param name="Thread">Reads it.</param>
/// <param name="Growing">What reads a whole topic, whatever partitions it gets; null where it reads those that it was told.</param>
/// <param name="Position">Where it stands, also after its end.</param>
internal sealed record KafkaReader(ConsumeThread Thread, TracelessReading? Growing, Func<KafkaPosition> Position);
