namespace TraceMQ.Tui.Messages;

/// <summary>What a lane kept at one moment.</summary>
internal readonly struct LaneView(Chunk[] chunks, long count) : ISortedIds
{
    private readonly long _base = chunks.Length == 0 ? 0 : chunks[0].FirstSequence;

    public Chunk[] Chunks { get; } = chunks;

    public long Count { get; } = count;

    /// <summary>The oldest id; beyond every id where there is none.</summary>
    public long Oldest => Count == 0 ? long.MaxValue : Chunks[0].IdAt(0);

    /// <summary>Records of a chunk that belong to this view.</summary>
    public int CountIn(int chunk) =>
        (int)(
            (chunk + 1 < Chunks.Length ? Chunks[chunk + 1].FirstSequence : _base + Count) - Chunks[chunk].FirstSequence
        );

    public long IdAt(long index)
    {
        var chunk = ChunkBy(_base + index, static chunk => chunk.FirstSequence);
        return Chunks[chunk].IdAt((int)(_base + index - Chunks[chunk].FirstSequence));
    }

    public long CountBelow(long id)
    {
        if (Count == 0 || id <= Chunks[0].FirstId)
            return 0;
        var chunk = ChunkBy(id, static chunk => chunk.FirstId);
        return Chunks[chunk].FirstSequence - _base + Chunks[chunk].LowerBound(id, CountIn(chunk));
    }

    public bool TryFind(long id, out int chunk, out int index)
    {
        chunk = index = 0;
        if (Count == 0 || id < Chunks[0].FirstId)
            return false;
        chunk = ChunkBy(id, static chunk => chunk.FirstId);
        var records = CountIn(chunk);
        index = Chunks[chunk].LowerBound(id, records);
        return index < records && Chunks[chunk].IdAt(index) == id;
    }

    // The last chunk that begins at or before the value.
    private int ChunkBy(long value, Func<Chunk, long> begin)
    {
        int low = 0,
            high = Chunks.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (begin(Chunks[middle]) <= value)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
