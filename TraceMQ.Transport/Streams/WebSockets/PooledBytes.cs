using System.Buffers;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Bytes that are collected in a rented array, which grows as they come and not before.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>
{
    private const int FirstSize = 1024;
    private const int KeptSize = 64 * 1024;

    private byte[] _array = [];
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_length);
    }

    /// <summary>Copies bytes to the end.</summary>
    public Span<byte> Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        var target = _array.AsSpan(_length, bytes.Length);
        bytes.CopyTo(target);
        _length += bytes.Length;
        return target;
    }

    /// <summary>Copies a byte to the end.</summary>
    public void Append(byte value)
    {
        if (_length == _array.Length)
            Reserve(1);
        _array[_length++] = value;
    }

    /// <summary>Copies bytes from further up to the end; they may overlap, as in run lengths.</summary>
    public void Repeat(int distance, int length)
    {
        Reserve(length);
        var target = _array.AsSpan(_length, length);
        if (distance >= length)
        {
            _array.AsSpan(_length - distance, length).CopyTo(target);
        }
        else
        {
            var source = _array.AsSpan(_length - distance, distance + length);
            for (var i = 0; i < target.Length; i++)
                target[i] = source[i];
        }

        _length += length;
    }

    /// <summary>Forgets the bytes after a length.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Forgets all but the last bytes, and gives a large array back.</summary>
    public void KeepLast(int count)
    {
        var last = _array.AsSpan(_length - count, count);
        if (_array.Length <= 4 * KeptSize)
        {
            last.CopyTo(_array);
            _length = count;
            return;
        }

        var smaller = ArrayPool<byte>.Shared.Rent(count);
        last.CopyTo(smaller);
        ArrayPool<byte>.Shared.Return(_array);
        _array = smaller;
        _length = count;
    }

    /// <summary>Empties it, and keeps a small array for what comes next.</summary>
    public void Clear()
    {
        _length = 0;
        if (_array.Length > KeptSize)
            Release();
    }

    /// <summary>Empties it, and gives the array back.</summary>
    public void Release()
    {
        _length = 0;
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
    }

    private void Reserve(int more)
    {
        if (_array.Length - _length >= more)
            return;
        var wanted = Math.Max((long)_length + more, Math.Max(FirstSize, Math.Min(_array.Length * 2L, Array.MaxLength)));
        var larger = ArrayPool<byte>.Shared.Rent(checked((int)wanted));
        _array.AsSpan(0, _length).CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
