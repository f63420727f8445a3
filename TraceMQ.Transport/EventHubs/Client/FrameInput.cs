using System.Buffers.Binary;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Reads protocol headers and frames of AMQP 1.0 as wholes (part 2, 2.2 and 2.3). Its buffer grows with what comes, never with what is announced too large.</summary>
internal sealed class FrameInput
{
    /// <summary>The largest frame that we take, and say that we take.</summary>
    public const int MaximumFrame = 64 * 1024;

    private const int HeadLength = 8;
    private const int FirstBuffer = 8 * 1024;
    private const int LargeBuffer = 4 * MaximumFrame;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private bool _hasHeader;

    public FrameInput(Stream stream) => _stream = stream;

    /// <summary>True for a protocol header, which is no frame.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> unit) => unit.StartsWith("AMQP"u8);

    /// <summary>What comes next where it is here already; empty where it is not. Valid until the next call.</summary>
    /// <exception cref="AmqpViolationException">It is no AMQP, or too large.</exception>
    public ReadOnlyMemory<byte> TryTake()
    {
        var length = LengthOf(_buffer.AsSpan(_start, _end - _start));
        if (length == 0 || length > _end - _start)
            return default;
        var unit = _buffer.AsMemory(_start, length);
        _start += length;
        return unit;
    }

    /// <summary>What comes next; empty where the peer has left. Valid until the next call.</summary>
    /// <exception cref="AmqpViolationException">It is no AMQP, too large, or the peer left in the middle of it.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var unit = TryTake();
            if (!unit.IsEmpty)
                return unit;
            Compact();
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return _end == _start ? default : throw AmqpViolationException.Framing("left in the middle of a frame");
            _end += read;
        }
    }

    private void Compact()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        // What one read fills, or one frame, is too small for what comes; the largest frame fits into the largest buffer.
        if (_end == _buffer.Length && _buffer.Length < LargeBuffer)
            Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    /// <summary>How long the unit is that the bytes begin with; 0 where that is not known yet.</summary>
    private int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        if (AmqpHandshake.MayBeHeader(bytes))
        {
            _hasHeader |= bytes.Length >= HeadLength;
            return bytes.Length >= HeadLength ? HeadLength : 0;
        }

        if (!_hasHeader)
            throw AmqpViolationException.Framing(WhatItIs(bytes));
        if (bytes.Length < HeadLength)
            return 0;
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var head = bytes[4] * 4;
        if (length > MaximumFrame)
            throw AmqpViolationException.Framing($"announced a frame of {length} bytes; {MaximumFrame} are allowed");
        if (length < HeadLength || head < HeadLength || head > length)
            throw AmqpViolationException.Framing("sent a frame whose lengths cannot be");
        return bytes[5] <= 1
            ? (int)length
            : throw AmqpViolationException.Framing($"sent a frame of type {bytes[5]}, which is none");
    }

    private static string WhatItIs(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("HTTP"u8) ? "speaks HTTP"
        : bytes[0] is 0x15 or 0x16 ? "speaks TLS"
        : $"began with {Convert.ToHexStringLower(bytes[..Math.Min(8, bytes.Length)])}";
}
