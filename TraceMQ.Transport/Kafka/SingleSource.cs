using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>
/// Gets one record after the other, as a member of a group has to: what is done when partitions come and go may fail, and only this way of
/// reading says so.
/// </summary>
internal sealed class SingleSource(IConsumer<byte[]?, byte[]?> consumer, string topic) : IRecordSource
{
    public bool Next(IConsumption consumption, CancellationToken cancellationToken)
    {
        try
        {
            return consumer.Consume(RdKafka.PollMilliseconds) is not { } result
                || consumption.Take(Of(result), cancellationToken);
        }
        catch (ConsumeException exception)
        {
            return consumption.Fail(
                exception.Error,
                exception.ConsumerRecord?.TopicPartitionOffset
                    ?? new TopicPartitionOffset("", Partition.Any, Offset.Unset)
            );
        }
    }

    public void Dispose() => consumer.Dispose();

    private KafkaRecord Of(ConsumeResult<byte[]?, byte[]?> result) =>
        result.IsPartitionEOF
            ? new KafkaRecord
            {
                Topic = topic,
                Partition = result.Partition.Value,
                Offset = result.Offset.Value,
                IsPartitionEnd = true,
                Headers = [],
            }
            : new KafkaRecord
            {
                Topic = topic,
                Partition = result.Partition.Value,
                Offset = result.Offset.Value,
                Key = result.Message.Key,
                Value = result.Message.Value,
                Timestamp = result.Message.Timestamp,
                Headers = KafkaDetails.HeadersOf(result.Message.Headers),
            };
}
