using System.IO.Pipelines;

namespace TraceMQ.Tests.Streams.WebSockets;

/// <summary>Two streams, of which each reads what the other writes.</summary>
internal sealed class DuplexPipe : Stream
{
    private readonly Stream _reads;
    private readonly Stream _writes;
    private readonly CancellationTokenSource _disposing = new();
    private bool _isDisposed;

    private DuplexPipe(Stream reads, Stream writes)
    {
        _reads = reads;
        _writes = writes;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (Stream Left, Stream Right) Create()
    {
        // Inline continuations would run the reader inside the writer's call, which no network does.
        var options = new PipeOptions(useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        return (
            new DuplexPipe(back.Reader.AsStream(), there.Writer.AsStream()),
            new DuplexPipe(there.Reader.AsStream(), back.Writer.AsStream())
        );
    }

    /// <summary>As a socket's: disposing ends a read that waits.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token, cancellationToken);
        try
        {
            return await _reads.ReadAsync(buffer, either.Token);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new ObjectDisposedException("The stream was disposed.", exception);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _writes.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _writes.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _disposing.Cancel();
            _writes.Dispose();
            _reads.Dispose();
            _disposing.Dispose();
        }

        base.Dispose(disposing);
    }
}
