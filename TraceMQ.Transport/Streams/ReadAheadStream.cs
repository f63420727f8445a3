namespace TraceMQ.Transport.Streams;

/// <summary>
/// Reads ahead of a parser that asks for a few bytes at a time, so that a burst costs one system call instead of two for each packet. While
/// data comes steadily but in crumbs it waits a moment before it reads, so that the kernel collects more of them. Writes pass through.
/// </summary>
internal sealed class ReadAheadStream : Stream
{
    private const int BufferSize = 64 * 1024;
    private const int OpeningSize = 64;

    // Between a lone small packet, which must not wait, and a read that is worth its system call.
    private const int SmallestCrumb = 100;
    private const int LargestCrumb = 16 * 1024;
    private static readonly TimeSpan s_steady = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly Stream _inner;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _position;
    private int _length;
    private int _lastRead;
    private long _lastReadAt;
    private byte[] _opening = [];

    public ReadAheadStream(Stream inner, TimeProvider time)
    {
        _inner = inner;
        _time = time;
    }

    /// <summary>The first bytes that the peer sent, at most 64: what it is, where it is not what it should be.</summary>
    public ReadOnlyMemory<byte> Opening => _opening;

    public override bool CanRead => _inner.CanRead;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _position < _length ? ValueTask.FromResult(Take(buffer.Span)) : FillAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_lastRead is >= SmallestCrumb and < LargestCrumb && _time.GetElapsedTime(_lastReadAt) < s_steady)
            await Task.Delay(s_pause, _time, cancellationToken).ConfigureAwait(false);
        var isLarge = buffer.Length >= BufferSize && _opening.Length > 0;
        var read = await _inner.ReadAsync(isLarge ? buffer : _buffer, cancellationToken).ConfigureAwait(false);
        _lastRead = read;
        _lastReadAt = _time.GetTimestamp();
        if (isLarge)
            return read;
        if (_opening.Length == 0)
            _opening = _buffer.AsSpan(0, Math.Min(read, OpeningSize)).ToArray();
        _position = 0;
        _length = read;
        return Take(buffer.Span);
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _length - _position);
        _buffer.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
