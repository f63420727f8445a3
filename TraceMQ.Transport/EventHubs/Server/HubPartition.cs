namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A partition: a log of events in their order, bounded by age, count and bytes. Safe for any thread.</summary>
internal sealed class HubPartition
{
    private const int FirstCapacity = 64;

    // A reader holds what it has read although it may be dropped here meanwhile.
    private const int MostBytesAtOnce = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Retention _retention;
    private StoredEvent?[] _ring = new StoredEvent?[FirstCapacity];
    private volatile Action[] _watchers = [];
    private int _head;
    private int _count;
    private long _bytes;
    private long _nextSequence;
    private long _nextOffset;
    private long _expired;
    private StoredEvent? _last;

    public HubPartition(int index, Retention retention)
    {
        _retention = retention;
        Id = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Its name: <c>0</c>, <c>1</c>, and so on.</summary>
    public string Id { get; }

    /// <summary>What is in it now.</summary>
    public PartitionState State
    {
        get
        {
            lock (_lock)
                return new PartitionState(
                    BeginSequence: _nextSequence - _count,
                    LastSequence: _nextSequence - 1,
                    LastOffset: _last?.Offset ?? -1,
                    LastTime: _last?.EnqueuedTime ?? DateTimeOffset.UnixEpoch,
                    Count: _count,
                    Bytes: _bytes,
                    Expired: _expired
                );
        }
    }

    /// <summary>Puts an event at the end.</summary>
    public StoredEvent Append(EventDraft draft, string? key, DateTimeOffset now)
    {
        StoredEvent stored;
        lock (_lock)
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
            if (_last is not null && time < _last.EnqueuedTime)
                time = _last.EnqueuedTime;
            stored = draft.Store(_nextSequence, _nextOffset, time, key);
            _nextSequence++;
            _nextOffset += stored.Cost;
            Add(stored);
            Trim(time);
        }

        foreach (var watcher in _watchers)
            watcher();
        return stored;
    }

    /// <summary>Copies events from a sequence number on, or from the oldest where that one has gone.</summary>
    /// <returns>How many there were.</returns>
    public int Read(long sequence, Span<StoredEvent?> into)
    {
        lock (_lock)
        {
            var index = Math.Max(0, sequence - (_nextSequence - _count));
            var most = (int)Math.Min(into.Length, Math.Max(0, _count - index));
            var count = 0;
            for (var bytes = 0; count < most && bytes < MostBytesAtOnce; count++)
            {
                var stored = At((int)index + count);
                into[count] = stored;
                bytes += stored.Encoded.Length;
            }

            return count;
        }
    }

    /// <summary>The sequence number of the first event behind a position.</summary>
    public long Find(EventPosition position)
    {
        lock (_lock)
        {
            if (position.Kind == PositionKind.Latest)
                return _nextSequence;
            var low = 0;
            var high = _count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (position.IsBefore(At(middle)))
                    high = middle;
                else
                    low = middle + 1;
            }

            return _nextSequence - _count + low;
        }
    }

    /// <summary>Drops what is too old.</summary>
    public void Expire(DateTimeOffset now)
    {
        lock (_lock)
            Trim(now);
    }

    /// <summary>Drops all; the numbers go on.</summary>
    /// <returns>How many there were.</returns>
    public int Clear()
    {
        lock (_lock)
        {
            var count = _count;
            while (_count > 0)
                Drop();
            return count;
        }
    }

    /// <summary>Calls back after each event that comes; on its writer's thread, so it must only pass the word on.</summary>
    public void Watch(Action watcher)
    {
        lock (_lock)
            _watchers = [.. _watchers, watcher];
    }

    /// <summary>Calls back no more.</summary>
    public void Unwatch(Action watcher)
    {
        lock (_lock)
        {
            var left = _watchers.ToList();
            left.Remove(watcher);
            _watchers = [.. left];
        }
    }

    private StoredEvent At(int index) => _ring[(_head + index) % _ring.Length]!;

    private void Add(StoredEvent stored)
    {
        if (_count == _ring.Length)
        {
            var larger = new StoredEvent?[_ring.Length * 2];
            for (var i = 0; i < _count; i++)
                larger[i] = At(i);
            _ring = larger;
            _head = 0;
        }

        _ring[(_head + _count) % _ring.Length] = stored;
        _count++;
        _bytes += stored.Cost;
        _last = stored;
    }

    private void Trim(DateTimeOffset now)
    {
        while (
            _count > 0
            && (_count > _retention.Count || _bytes > _retention.Bytes || now - At(0).EnqueuedTime > _retention.Age)
        )
        {
            Drop();
            _expired++;
        }
    }

    private void Drop()
    {
        _bytes -= At(0).Cost;
        _ring[_head] = null;
        _head = (_head + 1) % _ring.Length;
        _count--;
    }
}
