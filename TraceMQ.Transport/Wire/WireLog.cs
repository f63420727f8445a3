using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TraceMQ.Transport.Wire;

/// <summary>
/// The packets of a connection, over all its sessions. It records only while somebody reads, and is bounded; handshakes are kept even while
/// nobody does, since they are over before anybody can look. Whoever records redacts secrets first. Safe for any thread.
/// </summary>
public sealed class WireLog
{
    /// <summary>Most packets that wait for a slow reader.</summary>
    internal const int Capacity = 2_000;

    /// <summary>Most packets that are remembered for their exchanges' sake.</summary>
    internal const int MaximumRemembered = 1_000;

    /// <summary>Most records that are kept while nobody looks.</summary>
    internal const int MaximumKept = 64;

    private readonly Lock _lock = new();
    private readonly Queue<WireRecord> _kept = new();
    private readonly Queue<Func<WireRecord?>> _remembered = new();
    private readonly List<Action<bool>> _recorders = [];
    private volatile Reader[] _readers = [];
    private bool _isOver;

    /// <summary>True while somebody reads: a record is worth building.</summary>
    public bool IsWatched => _readers.Length > 0;

    /// <summary>Tells those who read of a packet.</summary>
    public void Record(WireRecord record)
    {
        foreach (var reader in _readers)
            reader.Post(() => record);
    }

    /// <summary>Tells those who read of a packet that is decoded by whoever gets to it; null where it is none after all. Called from any thread, and once for each reader.</summary>
    public void Record(Func<WireRecord?> decode)
    {
        foreach (var reader in _readers)
            reader.Post(decode);
    }

    /// <summary>Tells a recorder when somebody begins to read and when nobody does any more, so that it costs nothing in between. Called at once with what is the case now, and never from two threads at a time.</summary>
    /// <param name="watched">True while somebody reads.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Attach(Action<bool> watched)
    {
        lock (_lock)
        {
            _recorders.Add(watched);
            watched(IsWatched);
        }

        return new Attachment(this, watched);
    }

    /// <summary>Tells those who read of a packet, and keeps it for who comes later: a part of a handshake.</summary>
    public void Keep(WireRecord record)
    {
        lock (_lock)
        {
            if (_kept.Count == MaximumKept)
                _kept.Dequeue();
            _kept.Enqueue(record);
            Record(record);
        }
    }

    /// <summary>Tells those who read of a packet, and remembers it for a while, so that the exchange that it belongs to can be looked at after it was had. For protocols of few packets.</summary>
    /// <param name="decode">Decodes the packet when somebody looks; what it holds stays in memory until as many others came.</param>
    public void Remember(Func<WireRecord?> decode)
    {
        lock (_lock)
        {
            if (_remembered.Count == MaximumRemembered)
                _remembered.Dequeue();
            _remembered.Enqueue(decode);
            Record(decode);
        }
    }

    /// <summary>What was kept and remembered, and the packets from now on until cancelled. A slow reader misses the oldest and sees a record that says how many.</summary>
    /// <param name="only">Only the packets of this exchange; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<WireRecord> ReadAsync(
        ExchangeId? only,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var reader = Add();
        try
        {
            await foreach (var decode in reader.Records.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (decode() is not { } record)
                    continue;
                if (reader.TakeMissed() is var missed and > 0)
                    yield return Missed(missed, record.Time);
                if (only is null || record.Exchange == only)
                    yield return record;
            }
        }
        finally
        {
            Remove(reader);
        }
    }

    private static WireRecord Missed(long count, DateTimeOffset time) =>
        new(time, Direction.In, "missed", $"{count} packets came faster than they could be shown", [], default, 0);

    /// <summary>The connection is over: whoever reads comes to the end.</summary>
    internal void End()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (var reader in _readers)
                reader.Complete();
        }
    }

    private Reader Add()
    {
        var reader = new Reader();
        lock (_lock)
        {
            foreach (var record in _kept)
                reader.Post(() => record);
            foreach (var decode in _remembered)
                reader.Post(decode);
            if (_isOver)
                reader.Complete();
            _readers = [.. _readers, reader];
            if (_readers.Length == 1)
                TellRecorders();
        }

        return reader;
    }

    private void Remove(Reader reader)
    {
        lock (_lock)
        {
            _readers = [.. _readers.Where(other => other != reader)];
            if (_readers.Length == 0)
                TellRecorders();
        }
    }

    private void TellRecorders()
    {
        foreach (var recorder in _recorders)
            recorder(IsWatched);
    }

    private sealed class Attachment(WireLog log, Action<bool> watched) : IDisposable
    {
        public void Dispose()
        {
            lock (log._lock)
                log._recorders.Remove(watched);
        }
    }

    private sealed class Reader
    {
        private readonly Channel<Func<WireRecord?>> _records;
        private long _missed;

        public Reader() =>
            _records = Channel.CreateBounded<Func<WireRecord?>>(
                new BoundedChannelOptions(Capacity)
                {
                    FullMode = BoundedChannelFullMode.DropOldest,
                    SingleReader = true,
                },
                _ => Interlocked.Increment(ref _missed)
            );

        public ChannelReader<Func<WireRecord?>> Records => _records.Reader;

        public void Post(Func<WireRecord?> decode) => _records.Writer.TryWrite(decode);

        public void Complete() => _records.Writer.TryComplete();

        public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);
    }
}
