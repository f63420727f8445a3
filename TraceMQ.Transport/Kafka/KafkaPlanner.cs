using Confluent.Kafka;
using Confluent.Kafka.Admin;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>Finds the offsets that a start and an end mean in each partition, now or where an earlier session stood.</summary>
internal sealed class KafkaPlanner(KafkaCluster cluster, SessionContext context)
{
    /// <summary>The plan of a new reader.</summary>
    /// <param name="partitions">Partitions of one topic.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="until">Where it ends; null: never.</param>
    /// <param name="cancellationToken">Gives up waiting for answers.</param>
    /// <exception cref="TransportException">The cluster did not answer.</exception>
    public async Task<IReadOnlyList<PartitionPlan>> BeginAsync(
        IReadOnlyList<TopicPartition> partitions,
        StartPoint start,
        StartPoint? until,
        CancellationToken cancellationToken
    )
    {
        var now = context.Time.GetUtcNow();
        var lows = cluster.OffsetsAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        var highs = cluster.OffsetsAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        var starts = AtTimeAsync(partitions, start.TimeAt(now), cancellationToken);
        // The last one of the time counts: reading stops before the first that is younger.
        var ends = AtTimeAsync(partitions, until?.TimeAt(now) + TimeSpan.FromMilliseconds(1), cancellationToken);
        await Task.WhenAll(lows, highs, starts, ends).ConfigureAwait(false);
        return
        [
            .. partitions.Select(partition =>
            {
                var low = lows.Result[partition];
                var high = highs.Result[partition];
                return new PartitionPlan(
                    partition.Partition.Value,
                    From(start, partition, (low, high), starts.Result),
                    high,
                    until is null ? null : Stop(until, partition, high, ends.Result)
                );
            }),
        ];
    }

    /// <summary>The plan to go on behind what an earlier session has delivered. What is not stored any more is said.</summary>
    /// <exception cref="TransportException">The cluster did not answer.</exception>
    public async Task<IReadOnlyList<PartitionPlan>> GoOnAsync(
        string topic,
        KafkaPosition position,
        CancellationToken cancellationToken
    )
    {
        var partitions = position.Partitions.Select(item => new TopicPartition(topic, item.Partition)).ToList();
        var lows = cluster.OffsetsAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        var highs = cluster.OffsetsAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        await Task.WhenAll(lows, highs).ConfigureAwait(false);
        return
        [
            .. position.Partitions.Select(
                (item, at) =>
                    item with
                    {
                        Next = Kept(
                            partitions[at],
                            item.Next,
                            lows.Result[partitions[at]],
                            highs.Result[partitions[at]]
                        ),
                    }
            ),
        ];
    }

    /// <summary>The nearest offset that is stored, and a notice where it is another one.</summary>
    public long Kept(TopicPartition partition, long wanted, long low, long high)
    {
        if (wanted < low)
        {
            Warn(
                partition,
                $"{low - wanted} records (offsets {wanted} to {low - 1}) were deleted before they could be read; reading goes on at offset {low}"
            );
            return low;
        }

        if (wanted <= high)
            return wanted;
        Warn(
            partition,
            $"offset {wanted} is not there any more: the partition ends at {high}, so it was made anew; reading goes on at offset {low}"
        );
        return low;
    }

    private long From(
        StartPoint start,
        TopicPartition partition,
        (long Low, long High) stored,
        IReadOnlyDictionary<TopicPartition, long> atTime
    )
    {
        switch (start.Kind)
        {
            case StartKind.Earliest:
                return stored.Low;
            case StartKind.Last:
                return Math.Max(stored.Low, stored.High - start.Number);
            case StartKind.Offset:
                if (start.Number >= stored.Low && start.Number <= stored.High)
                    return start.Number;
                var nearest = Math.Clamp(start.Number, stored.Low, stored.High);
                Warn(
                    partition,
                    $"there is no offset {start.Number}: what is stored begins at {stored.Low} and ends before {stored.High}; reading begins at {nearest}"
                );
                return nearest;
            case StartKind.At or StartKind.Ago:
                return atTime[partition] is var found and >= 0 ? found : stored.High;
            default:
                return stored.High;
        }
    }

    private static long Stop(
        StartPoint until,
        TopicPartition partition,
        long high,
        IReadOnlyDictionary<TopicPartition, long> atTime
    ) =>
        until.Kind switch
        {
            StartKind.Offset => until.Number + 1,
            StartKind.At or StartKind.Ago => atTime[partition] is var found and >= 0 ? found : high,
            _ => high,
        };

    private async Task<IReadOnlyDictionary<TopicPartition, long>> AtTimeAsync(
        IReadOnlyList<TopicPartition> partitions,
        DateTimeOffset? time,
        CancellationToken cancellationToken
    ) =>
        time is { } point
            ? await cluster
                .OffsetsAsync(
                    partitions,
                    OffsetSpec.ForTimestamp(Math.Max(0, point.ToUnixTimeMilliseconds())),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : new Dictionary<TopicPartition, long>();

    private void Warn(TopicPartition partition, string what) =>
        context.Notices.TryWrite(
            new Notice(
                NoticeLevel.Warning,
                $"In partition {partition.Partition.Value} of {partition.Topic} {what}.",
                partition.Topic
            )
        );
}
