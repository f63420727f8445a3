namespace TraceMQ.Tui.Messages;

/// <summary>Several ascending runs of ids as one, without copying them: the lanes of a log, and the hits in them.</summary>
internal readonly struct MergedIds<T>(T[] parts)
    where T : ISortedIds
{
    public long Count { get; } = parts.Sum(part => part.Count);

    public long IdAt(long row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        long low = long.MaxValue,
            high = 0;
        foreach (var part in parts)
        {
            if (part.Count == Count)
                return part.IdAt(row);
            if (part.Count == 0)
                continue;
            low = Math.Min(low, part.IdAt(0));
            high = Math.Max(high, part.IdAt(part.Count - 1));
        }

        // The id at a row is the smallest one that has more than so many ids at or below it.
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (CountBelow(middle + 1) > row)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    public long RowOf(long id)
    {
        var row = CountBelow(id);
        return CountBelow(id + 1) > row ? row : ~row;
    }

    private long CountBelow(long id)
    {
        long count = 0;
        foreach (var part in parts)
            count += part.CountBelow(id);
        return count;
    }
}
