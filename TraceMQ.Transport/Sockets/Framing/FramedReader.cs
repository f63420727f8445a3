namespace TraceMQ.Transport.Sockets.Framing;

/// <summary>Reads messages from a stream. What it holds grows as bytes come, and no further than the framing needs.</summary>
internal sealed class FramedReader
{
    private const int LargestKept = 64 * 1024;

    private readonly Stream _stream;
    private readonly StreamFraming _framing;
    private readonly Action<ReadOnlyMemory<byte>> _onBytes;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private int _searched;
    private bool _isAtEnd;

    /// <param name="stream">Where the bytes come from.</param>
    /// <param name="framing">Where a message ends.</param>
    /// <param name="onBytes">Sees the bytes as they come; valid during the call.</param>
    public FramedReader(Stream stream, StreamFraming framing, Action<ReadOnlyMemory<byte>> onBytes)
    {
        _stream = stream;
        _framing = framing;
        _onBytes = onBytes;
        _buffer = new byte[framing.FirstHeld];
    }

    /// <summary>Bytes that are held at the moment, used or not.</summary>
    internal int Held => _buffer.Length;

    /// <summary>The next message; null where the stream has ended.</summary>
    /// <exception cref="FramingException">What came does not fit the framing.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake() is { } message)
                return message;
            if (_isAtEnd)
                return null;
            MakeRoom();
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read > 0)
                _onBytes(_buffer.AsMemory(_end, read));
            else
                _isAtEnd = true;
            _end += read;
        }
    }

    private byte[]? TryTake()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (_framing.TryFind(bytes, ref _searched, out var found))
        {
            var message = bytes.Slice(found.Start, found.Length).ToArray();
            _start += found.Taken;
            _searched = 0;
            return message;
        }

        if (!_isAtEnd || !_framing.IsMessage(bytes))
            return null;
        _start = _end;
        _searched = 0;
        return bytes.ToArray();
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            // A long message is the exception: what it needed is given back.
            if (_buffer.Length > LargestKept)
                _buffer = new byte[_framing.FirstHeld];
        }
        else if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(
                ref _buffer,
                (int)Math.Min(_buffer.Length * 2L, Math.Max(_framing.MaximumHeld, _framing.FirstHeld))
            );
    }
}
