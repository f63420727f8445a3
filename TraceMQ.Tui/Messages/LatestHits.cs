namespace TraceMQ.Tui.Messages;

/// <summary>Of every topic the newest hit. A superseded id stays in the list until the next compaction: a topic that repeats only appends.</summary>
internal sealed class LatestHits
{
    private readonly Dictionary<(int Source, string Topic), int> _places = [];
    private readonly List<long> _latest = [];
    private readonly List<(int Lane, int Source, string Topic)> _keys = [];
    private List<(long Id, int Place)> _entries = [];

    /// <summary>Takes a hit that is newer than all.</summary>
    public void Append(long id, int lane, int source, string topic)
    {
        _entries.Add((id, PlaceOf(id, lane, source, topic)));
        if (_entries.Count > (_latest.Count * 2) + 4096)
            Compact();
    }

    /// <summary>Takes older hits, in any order; those of topics that have a newer one are passed over.</summary>
    public void AddOlder(IEnumerable<(long Id, int Lane, int Source, string Topic)> hits)
    {
        foreach (var (id, lane, source, topic) in hits)
        {
            var place = PlaceOf(0, lane, source, topic);
            if (_latest[place] >= id)
                continue;
            _latest[place] = id;
            _entries.Add((id, place));
        }

        _entries.Sort();
        Compact();
    }

    /// <summary>The ids whose messages are kept: not below the oldest of their lane.</summary>
    public long[] Ids(Func<int, long> oldest)
    {
        Compact();
        _entries.RemoveAll(entry => entry.Id < oldest(_keys[entry.Place].Lane));
        if (_latest.Count > (_entries.Count * 2) + 4096)
            Forget();
        return [.. _entries.Select(entry => entry.Id)];
    }

    // Topics whose messages have all left would pile up under a peer that never repeats one.
    private void Forget()
    {
        var alive = _entries.Select(entry => (entry.Id, Key: _keys[entry.Place])).ToArray();
        _entries = [];
        _places.Clear();
        _latest.Clear();
        _keys.Clear();
        foreach (var (id, key) in alive)
            _entries.Add((id, PlaceOf(id, key.Lane, key.Source, key.Topic)));
    }

    private int PlaceOf(long id, int lane, int source, string topic)
    {
        if (!_places.TryGetValue((source, topic), out var place))
        {
            place = _latest.Count;
            _places.Add((source, topic), place);
            _latest.Add(id);
            _keys.Add((lane, source, topic));
        }

        if (id > 0)
            _latest[place] = id;
        return place;
    }

    private void Compact()
    {
        var kept = new List<(long Id, int Place)>(_latest.Count);
        foreach (var entry in _entries)
        {
            if (_latest[entry.Place] == entry.Id)
                kept.Add(entry);
        }

        _entries = kept;
    }
}
