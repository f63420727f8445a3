using System.Buffers;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>
/// Reads frames from a stream: a header, then its payload in pieces, unmasked. Knows no rule but the form of a header. A cancelled read can be
/// repeated, nothing is lost.
/// </summary>
internal sealed class FrameReader : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private const int LargestPiece = 64 * 1024;

    private readonly Stream _stream;
    private readonly Func<CancellationToken, ValueTask> _beforeWaiting;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private long _payloadRead;

    /// <param name="stream">Where the frames come from.</param>
    /// <param name="leftOver">What was read from it already.</param>
    /// <param name="beforeWaiting">Called before the stream is read, which may take a while.</param>
    public FrameReader(Stream stream, ReadOnlyMemory<byte> leftOver, Func<CancellationToken, ValueTask> beforeWaiting)
    {
        _stream = stream;
        _beforeWaiting = beforeWaiting;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, leftOver.Length));
        leftOver.CopyTo(_buffer);
        _end = leftOver.Length;
    }

    /// <summary>The header that was read last.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Bytes of its payload that were not read yet.</summary>
    public long Remaining => Header.Length - _payloadRead;

    /// <summary>True where the stream has ended.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Reads the next header into <see cref="Header"/>.</summary>
    /// <returns>False where the stream ended before it.</returns>
    /// <exception cref="ProtocolViolation">The header's form is wrong.</exception>
    /// <exception cref="EndOfStreamException">The stream ended inside it.</exception>
    public async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (
                FrameHeader.TryRead(
                    _buffer.AsSpan(_start, _end - _start),
                    out var header,
                    out var size,
                    out var violation
                )
            )
            {
                _start += size;
                Header = header;
                _payloadRead = 0;
                return violation is null ? true : throw new ProtocolViolation(CloseCodes.ProtocolError, violation);
            }

            if (await FillAsync(cancellationToken).ConfigureAwait(false))
                continue;
            return _start == _end ? false : throw new EndOfStreamException();
        }
    }

    /// <summary>Reads more of the payload: at least a byte, where any remains.</summary>
    /// <param name="target">Gets it, unmasked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many bytes.</returns>
    /// <exception cref="EndOfStreamException">The stream ended inside the payload.</exception>
    public async ValueTask<int> ReadPieceAsync(PooledBytes target, CancellationToken cancellationToken)
    {
        if (_start == _end && Remaining < BufferSize && !await FillAsync(cancellationToken).ConfigureAwait(false))
            throw new EndOfStreamException();
        var count = (int)Math.Min(Remaining, _end - _start);
        if (count > 0)
        {
            Unmask(target.Append(_buffer.AsSpan(_start, count)));
            _start += count;
        }
        else
        {
            var room = target.GetMemory((int)Math.Min(Remaining, LargestPiece));
            room = room[..(int)Math.Min(Remaining, room.Length)];
            await _beforeWaiting(cancellationToken).ConfigureAwait(false);
            count = await _stream.ReadAsync(room, cancellationToken).ConfigureAwait(false);
            IsAtEnd = count == 0;
            if (IsAtEnd)
                throw new EndOfStreamException();
            Unmask(room.Span[..count]);
            target.Advance(count);
        }

        _payloadRead += count;
        return count;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private void Unmask(Span<byte> bytes)
    {
        if (Header.IsMasked)
            FrameMask.Apply(bytes, Header.Mask, _payloadRead);
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (IsAtEnd)
            return false;
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_buffer.Length - _end < FrameHeader.MaxSize)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        await _beforeWaiting(cancellationToken).ConfigureAwait(false);
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        IsAtEnd = read == 0;
        _end += read;
        return read > 0;
    }
}
