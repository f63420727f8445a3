namespace TraceMQ.Tui.Messages;

/// <summary>A snapshot of an <see cref="IdRun"/>: what is appended later lies beyond its count.</summary>
internal readonly struct IdRunView : ISortedIds
{
    private readonly IdRun.Block[] _blocks;
    private readonly int _lastCount;
    private readonly long _first;

    public IdRunView(IdRun.Block[] blocks, int lastCount, long oldest)
    {
        _blocks = blocks;
        _lastCount = lastCount;
        if (blocks.Length > 0)
        {
            _first = SequenceOf(oldest);
            Count = blocks[^1].Sequence + lastCount - _first;
        }
    }

    public long Count { get; }

    public long IdAt(long index)
    {
        var sequence = _first + index;
        var block = BlockBy(sequence, static block => block.Sequence);
        return _blocks[block].Ids[sequence - _blocks[block].Sequence];
    }

    public long CountBelow(long id) => Count == 0 ? 0 : Math.Clamp(SequenceOf(id) - _first, 0, Count);

    private long SequenceOf(long id)
    {
        var block = BlockBy(id, static block => block.Ids[0]);
        var ids = _blocks[block].Ids.AsSpan(0, block == _blocks.Length - 1 ? _lastCount : _blocks[block].Ids.Length);
        var place = ids.BinarySearch(id);
        return _blocks[block].Sequence + (place < 0 ? ~place : place);
    }

    private int BlockBy(long value, Func<IdRun.Block, long> begin)
    {
        int low = 0,
            high = _blocks.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (begin(_blocks[middle]) <= value)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
