using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// The kept messages of all connections, within a budget of memory. Written by the event loop's thread alone; <see cref="View"/> and the
/// counters may be called by any thread. The lock is held for one append or for taking a snapshot, never while bytes are read: those are
/// protected by their slab's pins.
/// </summary>
internal sealed class MessageLog
{
    private readonly Lock _gate = new();
    private readonly List<Lane> _lanes = [];
    private readonly MetaWriter _meta = new();
    private readonly TopicTable _topics;
    private readonly Dictionary<long, Pinned> _pinned = [];
    private readonly long _memory;
    private readonly long _maximumMessage;
    private SourceInfo[] _sources = [];
    private long _shares;
    private long _newest;
    private long _version;
    private LogView? _view;
    private Dictionary<long, StoredMessage>? _copies;

    /// <param name="memory">Bytes for everything that is kept: payloads, headers, records and topics, the shares of connections included.</param>
    /// <param name="maximumMessage">Bytes of a payload beyond which it is cut.</param>
    public MessageLog(long memory, long maximumMessage)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memory);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumMessage);
        _memory = memory - (memory / 8);
        _maximumMessage = maximumMessage;
        _topics = new TopicTable(memory / 8);
        _lanes.Add(new Lane(_memory, Evicted));
    }

    /// <summary>Changes whenever a message came, left or was pinned.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The connections, by their index.</summary>
    public IReadOnlyList<SourceInfo> Sources => Volatile.Read(ref _sources);

    /// <summary>What became of the messages of all connections.</summary>
    public LogCounters Counters
    {
        get
        {
            lock (_gate)
                return Sum(_sources) with { Oldest = Oldest(), Newest = Newest(_sources) };
        }
    }

    /// <summary>Makes a connection known. Its index stays the same for the life of the log: a reconnected one goes on with it.</summary>
    /// <param name="name">The profile's name.</param>
    /// <param name="protocol">The protocol's name.</param>
    /// <param name="details">What its messages carry.</param>
    /// <param name="share">Bytes of the log's memory that no other connection can push its messages out of; 0 for none.</param>
    public int AddSource(string name, string protocol, IReadOnlyList<DetailField> details, long share)
    {
        lock (_gate)
        {
            if (_sources.Length > ushort.MaxValue)
                throw new InvalidOperationException("A log holds at most 65,536 connections.");
            var lane = 0;
            if (share > 0)
            {
                lane = _lanes.Count;
                _lanes.Add(new Lane(share, Evicted));
                _shares += share;
                // Shares beyond the whole are honoured, but the others keep something to look at.
                _lanes[0].Budget = Math.Max(_memory - _shares, _memory / 8);
                _lanes[0].Shrink();
            }

            var id = _sources.Length;
            Volatile.Write(ref _sources, [.. _sources, new SourceInfo(id, name, protocol, details, lane)]);
            Changed();
            return id;
        }
    }

    /// <summary>Keeps a message.</summary>
    /// <returns>Its id: they ascend from 1 over all connections and are never used again.</returns>
    public long Append(int source, Message message)
    {
        lock (_gate)
        {
            var info = _sources[source];
            var lane = _lanes[info.Lane];
            var payload = message.Payload.Span;
            var limit = Math.Min(_maximumMessage, lane.Largest);
            var isCut = payload.Length > limit;
            var topic = _topics.NumberOf(message.Topic);
            if (!Encode(message, info, topic, isCut))
            {
                isCut = true;
                Encode(message, info, topic, true);
            }

            if (payload.Length > limit)
                payload = payload[..(int)limit];
            var id = ++_newest;
            var meta = _meta.Written;
            lane.Add(id, Record(message, source, topic, payload.Length, meta.Length, isCut), payload, meta);
            info.Received++;
            info.Kept++;
            info.Bytes += payload.Length + meta.Length;
            info.NewestTicks = message.Time.UtcTicks;
            if (isCut)
                info.Cut++;
            if (message.Direction == Direction.Out || message.Mark != HistoryMark.None)
                info.Own++;
            Changed();
            return id;

            bool Encode(Message message, SourceInfo info, int topic, bool isCut) =>
                _meta.Write(
                    message,
                    info,
                    topic == MessageRecord.InlineTopic,
                    isCut ? message.Payload.Length : null,
                    lane.Largest / 4
                );
        }
    }

    /// <summary>What became of the messages of one connection.</summary>
    public LogCounters CountersOf(int source)
    {
        lock (_gate)
        {
            var info = _sources[source];
            return Sum([info]) with { Oldest = OldestOf(info), Newest = Newest([info]) };
        }
    }

    /// <summary>Takes over how many messages a connection's inbox has dropped since the start.</summary>
    public void CountDropped(int source, long total)
    {
        lock (_gate)
        {
            if (_sources[source].Dropped != total)
                Changed();
            _sources[source].Dropped = total;
        }
    }

    /// <summary>A snapshot of what is kept now: cheap, and the same one until something changes.</summary>
    public LogView View()
    {
        lock (_gate)
        {
            return _view ??= new LogView(
                _version,
                _newest,
                [.. _lanes.Select(lane => new LaneView(lane.Chunks, lane.Count))],
                _topics.Names,
                _sources,
                _copies ??= _pinned.ToDictionary(pair => pair.Key, pair => pair.Value.Copy)
            )
            {
                Evicted = [.. _sources.Select(info => info.Received - info.Kept - info.Cleared)],
            };
        }
    }

    /// <summary>Keeps a copy of a message until it is unpinned as often as it was pinned, whatever happens to the rest.</summary>
    /// <returns>False where the message is not there any more.</returns>
    public bool Pin(long id)
    {
        lock (_gate)
        {
            if (_pinned.TryGetValue(id, out var pinned))
            {
                _pinned[id] = pinned with { Times = pinned.Times + 1 };
                return true;
            }

            if (!View().TryRead(id, out var copy))
                return false;
            _pinned.Add(id, new Pinned(copy, 1));
            _copies = null;
            Changed();
            return true;
        }
    }

    /// <summary>Ends a <see cref="Pin"/>; one that does not exist is no error.</summary>
    public void Unpin(long id)
    {
        lock (_gate)
        {
            if (!_pinned.TryGetValue(id, out var pinned))
                return;
            if (pinned.Times > 1)
                _pinned[id] = pinned with { Times = pinned.Times - 1 };
            else
                _pinned.Remove(id);
            _copies = null;
            Changed();
        }
    }

    /// <summary>Removes the messages of one connection, or all. Pinned copies stay; rows of a filter have to be made anew.</summary>
    public void Clear(int? source)
    {
        lock (_gate)
        {
            foreach (var info in _sources)
            {
                if (source is not null && source != info.Id)
                    continue;
                info.Cleared += info.Kept;
                info.Kept = 0;
                info.Bytes = 0;
                if (source is not null && info.Lane == 0)
                    _lanes[0].Remove(info.Id);
                else
                    Empty(_lanes[info.Lane]);
            }

            Changed();
        }
    }

    private static MessageRecord Record(Message message, int source, int topic, int payload, int meta, bool isCut)
    {
        var flags = RecordFlags.None;
        if (message.Direction == Direction.Out)
            flags |= RecordFlags.Out;
        if (message.IsReplayed)
            flags |= RecordFlags.Replayed;
        if (message.IsPrefixed)
            flags |= RecordFlags.Prefixed;
        if (isCut)
            flags |= RecordFlags.Cut;
        if (message.Exchange is not null)
            flags |= RecordFlags.Exchange;
        if (message.SourceTime is not null)
            flags |= RecordFlags.SourceTime;
        flags |= message.Mark switch
        {
            HistoryMark.CaughtUp => RecordFlags.CaughtUp,
            HistoryMark.Finished => RecordFlags.Finished,
            HistoryMark.Broken => RecordFlags.Broken,
            _ => RecordFlags.None,
        };
        return new MessageRecord
        {
            Ticks = message.Time.UtcTicks,
            PayloadLength = payload,
            MetaLength = meta,
            Topic = topic,
            Source = (ushort)source,
            Flags = flags,
        };
    }

    private static LogCounters Sum(IEnumerable<SourceInfo> sources)
    {
        var sum = new LogCounters();
        foreach (var info in sources)
        {
            sum = sum with
            {
                Received = sum.Received + info.Received,
                Own = sum.Own + info.Own,
                Kept = sum.Kept + info.Kept,
                Evicted = sum.Evicted + info.Received - info.Kept - info.Cleared,
                Cleared = sum.Cleared + info.Cleared,
                Dropped = sum.Dropped + info.Dropped,
                Cut = sum.Cut + info.Cut,
                Bytes = sum.Bytes + info.Bytes,
            };
        }

        return sum;
    }

    private static DateTimeOffset? Newest(IEnumerable<SourceInfo> sources)
    {
        var ticks = sources.Where(info => info.Kept > 0).Select(info => info.NewestTicks).DefaultIfEmpty(0).Max();
        return ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    private DateTimeOffset? Oldest()
    {
        var first = _lanes
            .Where(lane => lane.Count > 0)
            .Select(lane => lane.Chunks[0][0].Ticks)
            .DefaultIfEmpty(0)
            .Min();
        return first == 0 ? null : new DateTimeOffset(first, TimeSpan.Zero);
    }

    private DateTimeOffset? OldestOf(SourceInfo info)
    {
        if (info.Kept == 0)
            return null;
        foreach (var chunk in _lanes[info.Lane].Chunks)
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                if (chunk[i].Source == info.Id)
                    return chunk[i].Time;
            }
        }

        return null;
    }

    private void Empty(Lane lane)
    {
        // Counted as cleared already, not as evicted.
        var kept = _sources.Select(info => (info.Kept, info.Bytes)).ToArray();
        lane.Clear();
        foreach (var info in _sources)
            (info.Kept, info.Bytes) = kept[info.Id];
    }

    private void Evicted(Chunk chunk)
    {
        for (var i = 0; i < chunk.Count; i++)
        {
            ref readonly var record = ref chunk[i];
            var info = _sources[record.Source];
            info.Kept--;
            info.Bytes -= record.RunLength;
        }
    }

    private void Changed()
    {
        _view = null;
        Volatile.Write(ref _version, _version + 1);
    }

    private readonly record struct Pinned(StoredMessage Copy, int Times);
}
