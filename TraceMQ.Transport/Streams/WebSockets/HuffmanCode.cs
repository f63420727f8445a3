namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>A Huffman code of deflate (RFC 1951, section 3.2.2): short codes by one look into a table, long ones bit by bit.</summary>
internal sealed class HuffmanCode
{
    private const int MaxBits = 15;
    private const int FastBits = 9;

    // The symbol above four bits of length; 0 where the code is longer, or none.
    private readonly ushort[] _fast = new ushort[1 << FastBits];
    private readonly ushort[] _counts = new ushort[MaxBits + 1];
    private readonly ushort[] _symbols;

    /// <param name="most">Most symbols.</param>
    public HuffmanCode(int most) => _symbols = new ushort[most];

    /// <summary>Makes the code of these lengths.</summary>
    /// <param name="lengths">Bits for each symbol; 0 for one that does not occur.</param>
    /// <param name="isLoneAllowed">A single code of one bit is all right, though incomplete.</param>
    /// <returns>False where the lengths make no code.</returns>
    public bool TryBuild(ReadOnlySpan<byte> lengths, bool isLoneAllowed)
    {
        Array.Clear(_counts);
        Array.Clear(_fast);
        foreach (var length in lengths)
            _counts[length]++;
        _counts[0] = 0;
        var left = 1;
        var longest = 0;
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            left = (left << 1) - _counts[bits];
            if (left < 0)
                return false;
            if (_counts[bits] > 0)
                longest = bits;
        }

        if (left > 0 && !(isLoneAllowed && longest <= 1))
            return false;
        Fill(lengths);
        return true;
    }

    /// <summary>Reads a symbol.</summary>
    /// <exception cref="ProtocolViolation">The bits are no code, or there are not enough.</exception>
    public int Read(ref BitSource source)
    {
        var entry = _fast[source.Peek(MaxBits) & ((1 << FastBits) - 1)];
        if (entry == 0)
            return ReadLong(ref source);
        source.Drop(entry & 0xF);
        return entry >> 4;
    }

    private void Fill(ReadOnlySpan<byte> lengths)
    {
        Span<int> nextIndex = stackalloc int[MaxBits + 1];
        Span<int> nextCode = stackalloc int[MaxBits + 1];
        for (var bits = 1; bits < MaxBits; bits++)
        {
            nextIndex[bits + 1] = nextIndex[bits] + _counts[bits];
            nextCode[bits + 1] = (nextCode[bits] + _counts[bits]) << 1;
        }

        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int bits = lengths[symbol];
            if (bits == 0)
                continue;
            _symbols[nextIndex[bits]++] = (ushort)symbol;
            var code = nextCode[bits]++;
            if (bits > FastBits)
                continue;
            for (var at = Reverse(code, bits); at < _fast.Length; at += 1 << bits)
                _fast[at] = (ushort)((symbol << 4) | bits);
        }
    }

    private static int Reverse(int code, int bits)
    {
        var reversed = 0;
        for (var i = 0; i < bits; i++)
            reversed |= ((code >> i) & 1) << (bits - 1 - i);
        return reversed;
    }

    private int ReadLong(ref BitSource source)
    {
        var ahead = source.Peek(MaxBits);
        var code = 0;
        var first = 0;
        var index = 0;
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            code |= (ahead >> (bits - 1)) & 1;
            int count = _counts[bits];
            if (code - count < first)
            {
                source.Drop(bits);
                return _symbols[index + (code - first)];
            }

            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        throw MessageInflater.Corrupt("it has bits that are no code");
    }
}
