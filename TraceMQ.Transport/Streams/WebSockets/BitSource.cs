using System.Buffers.Binary;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Bits of deflated data, the lowest of a byte first (RFC 1951, section 3.1.1).</summary>
internal ref struct BitSource
{
    private readonly ReadOnlySpan<byte> _input;
    private ulong _bits;
    private int _count;
    private int _at;

    public BitSource(ReadOnlySpan<byte> input) => _input = input;

    /// <summary>Whole bytes that were not taken yet.</summary>
    public readonly int BytesLeft => _input.Length - _at + (_count / 8);

    /// <summary>The next bits, which stay; zeros after the end. At most 32.</summary>
    public int Peek(int count)
    {
        if (_count < count)
            Refill();
        return (int)(_bits & ((1UL << count) - 1));
    }

    /// <summary>Takes bits that were peeked.</summary>
    /// <exception cref="ProtocolViolation">There are not so many.</exception>
    public void Drop(int count)
    {
        if (_count < count)
            throw MessageInflater.Corrupt("it ends in the middle of a block");
        _bits >>= count;
        _count -= count;
    }

    /// <summary>Takes bits. At most 32.</summary>
    /// <exception cref="ProtocolViolation">There are not so many.</exception>
    public int Take(int count)
    {
        var bits = Peek(count);
        Drop(count);
        return bits;
    }

    /// <summary>Goes on at the next whole byte.</summary>
    public void Align() => Drop(_count % 8);

    /// <summary>Takes whole bytes, at a byte's border.</summary>
    /// <exception cref="ProtocolViolation">There are not so many.</exception>
    public ReadOnlySpan<byte> TakeBytes(int count)
    {
        _at -= _count / 8;
        _bits = 0;
        _count = 0;
        if (_input.Length - _at < count)
            throw MessageInflater.Corrupt("it ends in the middle of a block");
        _at += count;
        return _input.Slice(_at - count, count);
    }

    private void Refill()
    {
        if (_input.Length - _at >= sizeof(ulong))
        {
            // Bits above the count are right already, and are put there again by the next refill.
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_input[_at..]) << _count;
            var bytes = (63 - _count) / 8;
            _at += bytes;
            _count += bytes * 8;
            return;
        }

        while (_count <= 56 && _at < _input.Length)
        {
            _bits |= (ulong)_input[_at++] << _count;
            _count += 8;
        }
    }
}
