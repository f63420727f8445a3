using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>Finds partitions that topics get while they are read, and has them read from their beginning: nothing in them was there before.</summary>
internal sealed class PartitionWatch : IAsyncDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private readonly KafkaCluster _cluster;
    private readonly SessionContext _context;
    private readonly Func<IReadOnlyList<TracelessReading>> _readings;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="cluster">Is asked.</param>
    /// <param name="context">Where new ones are said.</param>
    /// <param name="readings">Those that read whole topics.</param>
    public PartitionWatch(KafkaCluster cluster, SessionContext context, Func<IReadOnlyList<TracelessReading>> readings)
    {
        _cluster = cluster;
        _context = context;
        _readings = readings;
        _watching = WatchAsync();
    }

    /// <summary>Ends it. Once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (!_cluster.Watch.Failed.IsCompleted)
            {
                await Task.Delay(Interval, _context.Time, _stop.Token).ConfigureAwait(false);
                await FindAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the session.
        }
    }

    private async Task FindAsync()
    {
        var readings = _readings();
        if (readings.Count == 0)
            return;
        try
        {
            var metadata = await _cluster.MetadataAsync(_stop.Token).ConfigureAwait(false);
            foreach (var reading in readings)
                await FindAsync(reading, metadata).ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            // What ends the session says so itself; anything else may be better next time.
            _context.Log.LogDebug(exception, "New partitions were not found out");
        }
    }

    private async Task FindAsync(TracelessReading reading, Metadata metadata)
    {
        if (metadata.Topics.Find(topic => topic.Topic == reading.Topic && !topic.Error.IsError) is not { } topic)
            return;
        // One without a leader yet waits for the next time, and those behind it too: they are counted from the first.
        var found = topic
            .Partitions.Where(partition => partition.PartitionId >= reading.Count)
            .OrderBy(partition => partition.PartitionId)
            .TakeWhile(partition => partition.Leader >= 0)
            .Select(partition => new TopicPartition(topic.Topic, partition.PartitionId))
            .ToList();
        if (found.Count == 0)
            return;
        var oldest = await _cluster.OffsetsAsync(found, OffsetSpec.Earliest(), _stop.Token).ConfigureAwait(false);
        foreach (var partition in found)
            reading.Add(new PartitionPlan(partition.Partition.Value, oldest[partition], oldest[partition], Stop: null));
        _context.Notices.TryWrite(
            new Notice(
                NoticeLevel.Information,
                found.Count == 1
                    ? $"{topic.Topic} got partition {found[0].Partition.Value}, which is read from its beginning."
                    : $"{topic.Topic} got {found.Count} more partitions, which are read from their beginnings.",
                topic.Topic
            )
        );
    }
}
