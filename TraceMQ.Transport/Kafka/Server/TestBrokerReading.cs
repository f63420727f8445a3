using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka.Server;

/// <summary>Reads all that clients send to the test broker, of every topic that comes up.</summary>
internal sealed class TestBrokerReading(IConsumer<byte[]?, byte[]?> consumer, OwnRecords own, SessionContext context)
    : IConsumption
{
    public bool Begin(CancellationToken cancellationToken) => true;

    public bool Take(in KafkaRecord record, CancellationToken cancellationToken)
    {
        if (
            !record.IsPartitionEnd
            && !own.IsOwn(new TopicPartitionOffset(record.Topic, record.Partition, record.Offset))
        )
            new KafkaDelivery(context, record.Topic).Leave(record, isReplayed: false, cancellationToken);
        return true;
    }

    public bool Fail(Error error, TopicPartitionOffset place)
    {
        if (error.Code == ErrorCode.Local_AutoOffsetReset && place.Partition != Partition.Any)
        {
            var partition = place.TopicPartition;
            var oldest = consumer.QueryWatermarkOffsets(partition, TimeSpan.FromSeconds(5)).Low;
            context.Notices.TryWrite(
                new Notice(
                    NoticeLevel.Warning,
                    $"Clients write faster than it is read here: {oldest.Value - place.Offset.Value} records of {partition.Topic} were deleted unseen, since the test broker keeps 5 MB in a partition.",
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
