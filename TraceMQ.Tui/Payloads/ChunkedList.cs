namespace TraceMQ.Tui.Payloads;

/// <summary>A list that grows by pieces and not by copies: a payload of many lines costs what its lines cost.</summary>
internal sealed class ChunkedList<T>
    where T : struct
{
    private const int First = 32;
    private const int Size = 2048;

    private readonly List<T[]> _chunks = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them; good until the next <see cref="Add"/>.</summary>
    public ref T this[int index] => ref _chunks[index / Size][index % Size];

    /// <summary>Adds one at the end.</summary>
    public void Add(T item)
    {
        var (chunk, at) = Math.DivRem(Count, Size);
        if (chunk == _chunks.Count)
            _chunks.Add(new T[chunk == 0 ? First : Size]);
        if (at == _chunks[chunk].Length)
        {
            var grown = _chunks[chunk];
            Array.Resize(ref grown, at * 2);
            _chunks[chunk] = grown;
        }

        _chunks[chunk][at] = item;
        Count++;
    }

    /// <summary>Removes the last ones.</summary>
    public void RemoveFrom(int index) => Count = index;
}
