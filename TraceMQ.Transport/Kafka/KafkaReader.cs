namespace TraceMQ.Transport.Kafka;

/// <summary>A subscription that is read.</summary>
/// <param name="Thread">Reads it.</param>
/// <param name="Position">Where it stands, also after its end.</param>
internal sealed record KafkaReader(ConsumeThread Thread, Func<KafkaPosition> Position);
