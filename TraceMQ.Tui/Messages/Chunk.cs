using System.Runtime.CompilerServices;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// A run of consecutive messages of a lane: the unit in which the oldest leave. Written by one thread, and only ever appended to: a view
/// that knows how many records there were may read them for ever. Records are never used again, bytes are (see <see cref="Slab"/>).
/// </summary>
internal sealed class Chunk(Slab slab, long firstId, long firstSequence, int segmentBits)
{
    private MessageRecord[][] _segments = [];
    private byte[][] _bigs = [];
    private int _bigCount;

    public Slab Slab { get; } = slab;

    /// <summary>Records hold their ids relative to this.</summary>
    public long FirstId { get; } = firstId;

    /// <summary>How many messages the lane had before.</summary>
    public long FirstSequence { get; } = firstSequence;

    /// <summary>Records so far; for the writer. A view has its own count.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the slab in use.</summary>
    public int Used { get; set; }

    /// <summary>Bytes in arrays of their own.</summary>
    public long BigBytes { get; private set; }

    /// <summary>Memory that it holds.</summary>
    public long Cost =>
        Slab.Bytes.Length + BigBytes + ((long)_segments.Length * Unsafe.SizeOf<MessageRecord>() << segmentBits);

    public bool NeedsSegment => Count == _segments.Length << segmentBits;

    public ref readonly MessageRecord this[int index] =>
        ref _segments[index >> segmentBits][index & ((1 << segmentBits) - 1)];

    public long IdAt(int index) => FirstId + this[index].IdDelta;

    public void Add(in MessageRecord record)
    {
        if (NeedsSegment)
            _segments = [.. _segments, GC.AllocateUninitializedArray<MessageRecord>(1 << segmentBits)];
        _segments[^1][Count & ((1 << segmentBits) - 1)] = record;
        Count++;
    }

    /// <summary>Keeps bytes that are too large for the slab.</summary>
    /// <returns>What to put into the record's offset.</returns>
    public int AddBig(byte[] bytes)
    {
        if (_bigCount == _bigs.Length)
        {
            var larger = new byte[Math.Max(4, _bigs.Length * 2)][];
            _bigs.CopyTo(larger, 0);
            _bigs = larger;
        }

        _bigs[_bigCount] = bytes;
        BigBytes += bytes.Length;
        return _bigCount++;
    }

    /// <summary>The same bytes with only some of the records.</summary>
    public Chunk Without(int source, long firstSequence)
    {
        var rest = new Chunk(Slab, FirstId, firstSequence, segmentBits)
        {
            Used = Used,
            _bigs = [.. _bigs],
            _bigCount = _bigCount,
            BigBytes = BigBytes,
        };
        for (var i = 0; i < Count; i++)
        {
            ref readonly var record = ref this[i];
            if (record.Source != source)
            {
                rest.Add(record);
            }
            else if (record.Has(RecordFlags.Big))
            {
                rest.BigBytes -= rest._bigs[record.Offset].Length;
                rest._bigs[record.Offset] = [];
            }
        }

        return rest;
    }

    /// <summary>The payload and what is stored behind it. The caller holds a pin of the slab.</summary>
    public ReadOnlySpan<byte> Run(in MessageRecord record) =>
        record.Has(RecordFlags.Big)
            ? _bigs[record.Offset].AsSpan(0, record.RunLength)
            : Slab.Bytes.AsSpan(record.Offset, record.RunLength);

    public ReadOnlySpan<byte> Payload(in MessageRecord record) => Run(record)[..record.PayloadLength];

    public ReadOnlySpan<byte> Meta(in MessageRecord record) => Run(record)[record.PayloadLength..];

    /// <summary>The first of the first <paramref name="count"/> records whose id is not below.</summary>
    public int LowerBound(long id, int count)
    {
        // Where one lane gets every message its ids have no gaps, and the guess is right.
        var guess = id - FirstId;
        if (guess >= 0 && guess < count && this[(int)guess].IdDelta == guess)
            return (int)guess;
        int low = 0,
            high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (IdAt(middle) < id)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
