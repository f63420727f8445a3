using System.Numerics;

namespace TraceMQ.Tui.Messages;

/// <summary>A queue of chunks with a budget of its own: the oldest chunk leaves when the budget is reached. Used under the log's lock.</summary>
internal sealed class Lane
{
    private const int MinimumSlab = 4 << 10;
    private const int MaximumSlab = 4 << 20;
    private const int RecordsPerByte = 64;

    // 128 KB: large objects are not moved from generation to generation, which would cost a third of their size in holes.
    private const int MaximumSegment = 4096;

    private readonly Action<Chunk> _evicted;
    private readonly int _slabSize;
    private readonly int _segmentBits;
    private Chunk[] _chunks = [];
    private byte[]? _spare;
    private long _cost;
    private long _appended;

    /// <param name="budget">Bytes of memory for payloads, headers and records together.</param>
    /// <param name="evicted">Told of every chunk that leaves, before it does.</param>
    public Lane(long budget, Action<Chunk> evicted)
    {
        Budget = budget;
        _evicted = evicted;
        _slabSize = (int)
            Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)(budget / 32)), MinimumSlab, MaximumSlab);
        _segmentBits = BitOperations.Log2((uint)Math.Min(_slabSize / RecordsPerByte, MaximumSegment));
    }

    /// <summary>Changes only for the shared lane, when a connection gets a share.</summary>
    public long Budget { get; set; }

    /// <summary>The largest run of bytes that it takes.</summary>
    public long Largest => Math.Max(MinimumSlab / 4, Budget / 2);

    public Chunk[] Chunks => _chunks;

    public long Count => _chunks.Length == 0 ? 0 : _appended - _chunks[0].FirstSequence;

    public void Add(long id, MessageRecord record, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> meta)
    {
        var length = payload.Length + meta.Length;
        var isBig = length > _slabSize / 8;
        var chunk = ChunkFor(id, isBig ? 0 : length, isBig);
        var before = chunk.Cost;
        Span<byte> run;
        if (isBig)
        {
            MakeRoom(length);
            var big = GC.AllocateUninitializedArray<byte>(length);
            run = big;
            if (_chunks.Length == 0)
                chunk = ChunkFor(id, 0, true);
            before = chunk.Cost;
            record = record with { Offset = chunk.AddBig(big), Flags = record.Flags | RecordFlags.Big };
        }
        else
        {
            record = record with { Offset = chunk.Used };
            run = chunk.Slab.Bytes.AsSpan(chunk.Used, length);
            chunk.Used += length;
        }

        payload.CopyTo(run);
        meta.CopyTo(run[payload.Length..]);
        chunk.Add(record with { IdDelta = (uint)(id - chunk.FirstId) });
        _cost += chunk.Cost - before;
        _appended++;
    }

    /// <summary>Lets the oldest go until the budget holds what there is.</summary>
    public void Shrink() => MakeRoom(0);

    public void Clear()
    {
        while (_chunks.Length > 0)
            Evict();
    }

    /// <summary>Removes the messages of one source. Their bytes stay until their neighbours leave.</summary>
    public void Remove(int source)
    {
        var rest = new List<Chunk>(_chunks.Length);
        _appended = 0;
        foreach (var chunk in _chunks)
        {
            var without = chunk.Without(source, _appended);
            if (without.Count == 0)
            {
                Reuse(chunk.Slab);
                continue;
            }

            _appended += without.Count;
            rest.Add(without);
        }

        _chunks = [.. rest];
        _cost = rest.Sum(chunk => chunk.Cost);
    }

    private Chunk ChunkFor(long id, int length, bool isBig)
    {
        if (_chunks.Length > 0)
        {
            var last = _chunks[^1];
            var hasRoom = isBig ? last.BigBytes < _slabSize : last.Used + length <= _slabSize;
            if (hasRoom && id - last.FirstId <= uint.MaxValue)
                return last;
        }

        MakeRoom(_slabSize);
        var bytes = _spare ?? GC.AllocateUninitializedArray<byte>(_slabSize);
        _spare = null;
        var chunk = new Chunk(new Slab(bytes), id, _appended, _segmentBits);
        _chunks = [.. _chunks, chunk];
        _cost += chunk.Cost;
        return chunk;
    }

    private void MakeRoom(long extra)
    {
        while (_chunks.Length > 0 && _cost + extra > Budget)
            Evict();
    }

    private void Evict()
    {
        var oldest = _chunks[0];
        _evicted(oldest);
        _chunks = _chunks[1..];
        _cost -= oldest.Cost;
        Reuse(oldest.Slab);
    }

    private void Reuse(Slab slab)
    {
        if (slab.TryRetire())
            _spare = slab.Bytes;
    }
}
