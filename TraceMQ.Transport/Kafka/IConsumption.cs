using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>What a reader does with what comes. All of it is called on the reader's thread, which may be blocked.</summary>
internal interface IConsumption
{
    /// <summary>Before the first.</summary>
    /// <returns>False where nothing is to be read.</returns>
    bool Begin(CancellationToken cancellationToken);

    /// <summary>A record, or the word that a partition was read to its end.</summary>
    /// <returns>False where nothing more is to be read.</returns>
    bool Take(in KafkaRecord record, CancellationToken cancellationToken);

    /// <summary>Something went wrong with a partition, which may be unknown.</summary>
    /// <returns>False where nothing more is to be read.</returns>
    bool Fail(Error error, TopicPartitionOffset place);

    /// <summary>Again and again between records, also while none come.</summary>
    void Look() { }

    /// <summary>Behind the last, where it was not cancelled: says goodbye.</summary>
    void End();
}
