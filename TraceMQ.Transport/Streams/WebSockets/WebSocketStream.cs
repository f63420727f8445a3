namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>
/// The binary messages of a WebSocket as a stream of bytes, for protocols that do not care where a message ends: MQTT, AMQP, NATS, CoAP. One
/// reads, one writes. A text message is an error. Disposing says goodbye, and waits for the peer's no longer than the limits say.
/// </summary>
internal sealed class WebSocketStream : Stream
{
    private readonly Lock _lock = new();
    private ReadOnlyMemory<byte> _rest;
    private Task? _disposing;

    /// <param name="connection">Owned.</param>
    public WebSocketStream(WebSocketConnection connection) => Connection = connection;

    /// <summary>What carries the bytes.</summary>
    public WebSocketConnection Connection { get; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads; 0 where the peer closed as one does when all is well.</summary>
    /// <exception cref="IOException">The connection was lost or closed for a reason, which the message says.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposing) is not null, this);
            if (buffer.IsEmpty)
                return 0;
            if (await NextAsync(cancellationToken).ConfigureAwait(false) is not { } message)
                return await EndAsync().ConfigureAwait(false);
            _rest = message.Payload;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Sends the bytes as a message.</summary>
    /// <exception cref="IOException">The connection is lost or closed.</exception>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (buffer.IsEmpty)
            return;
        try
        {
            await Connection.SendAsync(Opcode.Binary, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await Disposing().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        // Who cannot wait need not: the goodbye goes on without them, within its time-out.
        if (disposing)
            _ = Disposing();
        base.Dispose(disposing);
    }

    private async ValueTask<WebSocketMessage?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var message = await Connection.ReceiveBorrowedAsync(cancellationToken).ConfigureAwait(false);
            if (message is not { Opcode: Opcode.Text })
                return message;
        }
        catch (TransportException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        await Connection
            .CloseAndDropAsync(CloseCodes.Unsupported, "binary messages only", cancellationToken)
            .ConfigureAwait(false);
        throw new IOException(
            "The peer sent a text message where the protocol has binary ones only: check the URL's path."
        );
    }

    private async ValueTask<int> EndAsync()
    {
        var status = await Connection.Ended.ConfigureAwait(false);
        return status.Code is CloseCodes.Normal or CloseCodes.GoingAway or CloseCodes.None || !status.IsByPeer
            ? 0
            : throw new IOException($"The peer closed the WebSocket: {status}.");
    }

    private Task Disposing()
    {
        lock (_lock)
            return _disposing ??= CloseAsync();
    }

    private async Task CloseAsync()
    {
        await Connection.CloseAndDropAsync(CloseCodes.Normal, "", CancellationToken.None).ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }
}
