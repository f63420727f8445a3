using System.Globalization;
using Confluent.Kafka;
using TraceMQ.Transport.Kafka.Server;

namespace TraceMQ.Transport.Kafka;

/// <summary>Writes records, and says where they came to stand.</summary>
/// <param name="cluster">The client that sends.</param>
/// <param name="way">Where to, for sentences.</param>
/// <param name="createsTopics">True where a topic that does not exist is made.</param>
/// <param name="context">Where what is sent is listed.</param>
/// <param name="own">Told of each record; null where nobody has to know.</param>
internal sealed class KafkaPublisher(
    KafkaCluster cluster,
    KafkaWay way,
    bool createsTopics,
    SessionContext context,
    OwnRecords? own = null
)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _partitions = new(StringComparer.Ordinal);

    /// <exception cref="TransportException">The connection failed, or the message cannot be sent as it is.</exception>
    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cluster.Watch.ThrowIfFailed();
        var (target, record) = KafkaOutgoing.ToRecord(message);
        var started = context.Time.GetTimestamp();
        var problem = await WhyNotAsync(target, cancellationToken).ConfigureAwait(false);
        if (problem is not null)
            return new PublishResult(IsAccepted: false, problem, context.Time.GetElapsedTime(started));

        // Before it is sent, so that it stands in the list before what it causes.
        context.Inbox.TryPost(KafkaDetails.ToMessage(target, record, context.Time.GetUtcNow()));
        try
        {
            var written = await ProduceAsync(target, record, cancellationToken).ConfigureAwait(false);
            return new PublishResult(
                IsAccepted: true,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"written to partition {written.Partition.Value} at offset {written.Offset.Value}"
                ),
                context.Time.GetElapsedTime(started)
            );
        }
        catch (ProduceException<byte[]?, byte[]?> exception) when (!exception.Error.IsLocalError)
        {
            Forget(target.Topic);
            var said = KafkaFailures.Of(exception.Error, way).Message.TrimEnd('.');
            return new PublishResult(IsAccepted: false, said, context.Time.GetElapsedTime(started));
        }
        catch (KafkaException exception)
        {
            Forget(target.Topic);
            throw KafkaFailures.Of(exception.Error, way);
        }
    }

    private async Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(
        TopicPartition target,
        Message<byte[]?, byte[]?> record,
        CancellationToken cancellationToken
    )
    {
        own?.Begin();
        DeliveryResult<byte[]?, byte[]?>? written = null;
        try
        {
            return written = await cluster.ProduceAsync(target, record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            own?.End(written?.TopicPartitionOffset);
        }
    }

    /// <summary>Why it would go nowhere; the library would try for a long time before it says so.</summary>
    private async Task<string?> WhyNotAsync(TopicPartition target, CancellationToken cancellationToken)
    {
        if (Count(target.Topic) is not { } count)
        {
            var metadata = await cluster.MetadataAsync(cancellationToken).ConfigureAwait(false);
            var topic = metadata.Topics.Find(candidate => candidate.Topic == target.Topic);
            count = topic?.Error.IsError == false ? topic.Partitions.Count : 0;
            lock (_lock)
            {
                if (count > 0)
                    _partitions[target.Topic] = count;
            }
        }

        if (count == 0)
            return createsTopics
                ? null
                : $"the cluster has no topic {target.Topic}; kafka.create_topics = true lets it be made";
        return target.Partition.Value >= count
            ? $"{target.Topic} has {count} partitions, counted from 0, and no partition {target.Partition.Value}"
            : null;
    }

    private int? Count(string topic)
    {
        lock (_lock)
            return _partitions.TryGetValue(topic, out var count) ? count : null;
    }

    private void Forget(string topic)
    {
        lock (_lock)
            _partitions.Remove(topic);
    }
}
