namespace TraceMQ.Tui.Messages;

/// <summary>Sorts the nodes of append-only lists. What was sorted by name is kept, and only what is new is sorted and merged in. For one thread.</summary>
internal sealed class TopicOrder
{
    private readonly Dictionary<object, TopicNode[]> _byName = [];
    private bool _isFlat;

    /// <param name="owner">What the list belongs to.</param>
    /// <param name="nodes">The list now.</param>
    /// <param name="sort">The order.</param>
    /// <param name="isFlat">Compares whole topics instead of names of levels.</param>
    /// <param name="nowTicks">For rates.</param>
    public TopicNode[] Sorted(object owner, ReadOnlySpan<TopicNode> nodes, TopicSort sort, bool isFlat, long nowTicks)
    {
        if (sort == TopicSort.Name)
            return ByName(owner, nodes, isFlat);
        var sorted = nodes.ToArray();
        // Negative: the largest first.
        var keys = Array.ConvertAll(sorted, node => Key(isFlat ? node.Own : node.Total));
        Array.Sort(keys, sorted);
        return sorted;

        double Key(TopicTraffic traffic) =>
            sort switch
            {
                TopicSort.Age => -(double)traffic.LastLiveTicks,
                TopicSort.Rate => -traffic.Rate(nowTicks),
                _ => -(double)traffic.Count,
            };
    }

    private TopicNode[] ByName(object owner, ReadOnlySpan<TopicNode> nodes, bool isFlat)
    {
        // Lists that are made for one look only would pile up.
        if (isFlat || _isFlat)
            Forget(owner);
        _isFlat = isFlat;
        var old = _byName.GetValueOrDefault(owner, []);
        if (old.Length == nodes.Length)
            return old;
        var added = nodes[old.Length..].ToArray();
        Array.Sort(added, Compare);
        var merged = new TopicNode[nodes.Length];
        int left = 0,
            right = 0;
        for (var i = 0; i < merged.Length; i++)
        {
            var isOld = right == added.Length || (left < old.Length && Compare(old[left], added[right]) <= 0);
            merged[i] = isOld ? old[left++] : added[right++];
        }

        _byName[owner] = merged;
        return merged;
    }

    private void Forget(object owner)
    {
        foreach (var other in _byName.Keys.Where(key => key != owner).ToArray())
            _byName.Remove(other);
    }

    private int Compare(TopicNode left, TopicNode right)
    {
        if (left.IsOverflow != right.IsOverflow)
            return left.IsOverflow ? 1 : -1;
        return string.CompareOrdinal(_isFlat ? left.Topic : left.Name, _isFlat ? right.Topic : right.Name);
    }
}
