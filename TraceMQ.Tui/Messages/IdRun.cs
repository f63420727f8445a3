namespace TraceMQ.Tui.Messages;

/// <summary>Ascending ids that grow at both ends and lose their oldest. For one thread, or under a lock; a snapshot is for any.</summary>
internal sealed class IdRun
{
    private const int BlockSize = 1024;
    private readonly List<Block> _blocks = [];
    private int _lastCount;

    /// <summary>Adds an id that is larger than all.</summary>
    public void Append(long id)
    {
        if (_blocks.Count == 0 || _lastCount == _blocks[^1].Ids.Length)
        {
            var sequence = _blocks.Count == 0 ? 0 : _blocks[^1].Sequence + _lastCount;
            _blocks.Add(new Block(new long[BlockSize], sequence));
            _lastCount = 0;
        }

        _blocks[^1].Ids[_lastCount++] = id;
    }

    /// <summary>Adds ids, ascending, that are smaller than all; the array is kept.</summary>
    public void Prepend(long[] ids)
    {
        if (ids.Length == 0)
            return;
        if (_blocks.Count == 0)
        {
            _blocks.Add(new Block(ids, 0));
            _lastCount = ids.Length;
        }
        else
        {
            _blocks.Insert(0, new Block(ids, _blocks[0].Sequence - ids.Length));
        }
    }

    /// <summary>Forgets blocks of ids that are all below.</summary>
    public void Trim(long oldest)
    {
        var gone = 0;
        while (gone < _blocks.Count && LastOf(gone) < oldest)
            gone++;
        _blocks.RemoveRange(0, gone);
    }

    /// <summary>The ids that are not below.</summary>
    public IdRunView View(long oldest)
    {
        Trim(oldest);
        return new IdRunView([.. _blocks], _lastCount, oldest);
    }

    private long LastOf(int block) =>
        _blocks[block].Ids[(block == _blocks.Count - 1 ? _lastCount : _blocks[block].Ids.Length) - 1];

    internal readonly record struct Block(long[] Ids, long Sequence);
}
