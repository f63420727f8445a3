using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka.Server;

/// <summary>Reads all that clients send to the test broker, of every topic that comes up.</summary>
internal sealed class TestBrokerReading(IConsumer<byte[]?, byte[]?> consumer, OwnRecords own, SessionContext context)
    : IConsumption
{
    public bool Begin(CancellationToken cancellationToken) => true;

    public bool Take(ConsumeResult<byte[]?, byte[]?> result, CancellationToken cancellationToken)
    {
        if (!result.IsPartitionEOF && !own.IsOwn(result.TopicPartitionOffset))
            _ = new KafkaDelivery(context, result.Topic).Deliver(result, isReplayed: false, cancellationToken);
        return true;
    }

    public bool Fail(ConsumeException exception)
    {
        if (exception.Error.Code == ErrorCode.Local_AutoOffsetReset && exception.ConsumerRecord is { } record)
        {
            var partition = record.TopicPartition;
            var oldest = consumer.QueryWatermarkOffsets(partition, TimeSpan.FromSeconds(5)).Low;
            context.Notices.TryWrite(
                new Notice(
                    NoticeLevel.Warning,
                    $"Clients write faster than it is read here: {oldest.Value - record.Offset.Value} records of {partition.Topic} were deleted unseen, since the test broker keeps 5 MB in a partition.",
                    partition.Topic
                )
            );
            consumer.IncrementalUnassign([partition]);
            consumer.IncrementalAssign([new TopicPartitionOffset(partition, oldest)]);
        }

        return true;
    }

    public void End() => consumer.Unassign();
}
