namespace TraceMQ.Tui.Messages;

/// <summary>Of every topic the newest hit. A superseded id stays in the list until the next compaction: a topic that repeats only appends.</summary>
internal sealed class LatestHits
{
    private readonly Dictionary<(int Source, string Topic), int> _places = [];
    private readonly List<long> _latest = [];
    private readonly List<int> _lanes = [];
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
        return [.. _entries.Where(entry => entry.Id >= oldest(_lanes[entry.Place])).Select(entry => entry.Id)];
    }

    private int PlaceOf(long id, int lane, int source, string topic)
    {
        if (!_places.TryGetValue((source, topic), out var place))
        {
            place = _latest.Count;
            _places.Add((source, topic), place);
            _latest.Add(id);
            _lanes.Add(lane);
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
