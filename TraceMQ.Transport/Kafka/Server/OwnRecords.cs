using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka.Server;

/// <summary>
/// Tells the records that we wrote ourselves from those of clients: they are listed as sent already. Where a record stands is known only when
/// the broker has confirmed it, and the reader may see it earlier: it waits as long as a record is on its way.
/// </summary>
internal sealed class OwnRecords
{
    private readonly object _lock = new();
    private readonly HashSet<TopicPartitionOffset> _own = [];
    private int _onTheirWay;

    /// <summary>A record is about to be written.</summary>
    public void Begin()
    {
        lock (_lock)
            _onTheirWay++;
    }

    /// <summary>It is written, or failed.</summary>
    /// <param name="place">Where it stands; null where it does not.</param>
    public void End(TopicPartitionOffset? place)
    {
        lock (_lock)
        {
            if (place is not null)
                _own.Add(place);
            _onTheirWay--;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>True where a record that was read is one of ours, which is asked once for each.</summary>
    public bool IsOwn(TopicPartitionOffset place)
    {
        lock (_lock)
        {
            while (_onTheirWay > 0)
                Monitor.Wait(_lock);
            return _own.Remove(place);
        }
    }
}
