using System.Buffers.Binary;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>Reads protocol headers and frames of AMQP 1.0 (part 2, 2.2 and 2.3). Its buffer grows with the frames that come, never with those announced too large.</summary>
internal sealed class FrameReader
{
    /// <summary>The largest frame before the client has opened the connection; a token in SASL needs some room.</summary>
    internal const int MaximumBeforeOpen = 8 * 1024;

    /// <summary>The largest frame that we take, as Event Hubs does.</summary>
    internal const int MaximumFrame = 64 * 1024;

    private const int HeaderLength = 8;
    private const int FirstBuffer = 4 * 1024;
    private const int LargeBuffer = 2 * MaximumFrame;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;

    public FrameReader(Stream stream) => _stream = stream;

    /// <summary>The largest frame that is taken now.</summary>
    public int Maximum { get; set; } = MaximumBeforeOpen;

    /// <summary>Bytes that came.</summary>
    public long BytesRead { get; private set; }

    /// <summary>True where the next frame is here already, as a whole.</summary>
    public bool IsFrameBuffered =>
        _end - _start >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start)) <= _end - _start;

    /// <summary>The eight bytes of a protocol header, whatever they are; shorter where the client left.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (_end - _start < HeaderLength && await FillAsync(HeaderLength, cancellationToken).ConfigureAwait(false))
        {
            // What is no AMQP from its first bytes on need not be waited for.
            if (!AmqpHandshake.MayBeHeader(_buffer.AsSpan(_start, _end - _start)))
                break;
        }

        var length = Math.Min(HeaderLength, _end - _start);
        var header = _buffer.AsMemory(_start, length).ToArray();
        _start += length;
        return header;
    }

    /// <summary>The next frame; null where the client left.</summary>
    /// <exception cref="AmqpViolationException">It is none, or too large.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (_end - _start < HeaderLength)
        {
            if (await FillAsync(HeaderLength, cancellationToken).ConfigureAwait(false))
                continue;
            return _end == _start ? null : throw AmqpViolationException.Framing("left in the middle of a frame");
        }

        var length = LengthOf(_buffer.AsSpan(_start, HeaderLength), out var headerLength);
        while (_end - _start < length)
        {
            if (!await FillAsync(length, cancellationToken).ConfigureAwait(false))
                throw AmqpViolationException.Framing("left in the middle of a frame");
        }

        var header = _buffer.AsSpan(_start, HeaderLength);
        var isSasl = header[5] == 1;
        var frame = new Frame(
            isSasl,
            isSasl ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(header[6..]),
            _buffer.AsMemory(_start + headerLength, length - headerLength)
        );
        _start += length;
        return frame;
    }

    private int LengthOf(ReadOnlySpan<byte> header, out int headerLength)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        headerLength = header[4] * 4;
        if (length > Maximum)
            throw AmqpViolationException.Framing($"announced a frame of {length} bytes; {Maximum} are allowed");
        if (length < HeaderLength || headerLength < HeaderLength || headerLength > length)
            throw AmqpViolationException.Framing("sent a frame whose lengths cannot be");
        if (header[5] > 1)
            throw AmqpViolationException.Framing($"sent a frame of type {header[5]}, which is none");
        return (int)length;
    }

    /// <summary>Reads more; false at the end.</summary>
    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (wanted > _buffer.Length || (_end == _buffer.Length && _buffer.Length < LargeBuffer))
            Array.Resize(ref _buffer, Math.Max(wanted, Math.Min(LargeBuffer, _buffer.Length * 2)));
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        BytesRead += read;
        // A buffer that one read fills is too small for what comes.
        if (_end == _buffer.Length && _buffer.Length < LargeBuffer)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        return read > 0;
    }
}
