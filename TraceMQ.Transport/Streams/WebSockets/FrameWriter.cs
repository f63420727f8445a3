namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Writes frames one after the other, however many want to at once.</summary>
internal sealed class FrameWriter
{
    private const int LargestWrite = 64 * 1024;

    private readonly Stream _stream;
    private readonly bool _isClient;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly PooledBytes _held = new();
    private readonly FrameMask _mask = new();
    private int _heldLength;
    private bool _isClosed;

    public FrameWriter(Stream stream, bool isClient, TimeProvider time)
    {
        _stream = stream;
        _isClient = isClient;
        _time = time;
    }

    /// <summary>Sees every frame, where it is set.</summary>
    public IFrameObserver? Observer { get; set; }

    /// <summary>True where frames were queued and not written.</summary>
    public bool HasQueued => Volatile.Read(ref _heldLength) > 0;

    /// <summary>Writes a frame, and what was queued before it.</summary>
    /// <param name="header">Its length and mask are filled in here.</param>
    /// <param name="payload">Not changed, and not held after the return.</param>
    /// <param name="isQueued">True: it may wait for the next frame or for <see cref="FlushAsync"/>.</param>
    /// <param name="cancellationToken">Cancels; in the middle of a frame that ends the connection.</param>
    /// <exception cref="IOException">The connection is gone, or nothing may follow a close frame.</exception>
    public async ValueTask WriteAsync(
        FrameHeader header,
        ReadOnlyMemory<byte> payload,
        bool isQueued,
        CancellationToken cancellationToken
    )
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed)
                throw new IOException("A close frame was sent.");
            _isClosed = header.Opcode == Opcode.Close;
            await PutAsync(header, payload, cancellationToken).ConfigureAwait(false);
            if (!isQueued || _held.Length >= LargestWrite / 2)
                await PushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _heldLength, _held.Length);
            _gate.Release();
        }
    }

    /// <summary>Writes what was queued.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await PushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _heldLength, _held.Length);
            _gate.Release();
        }
    }

    private async ValueTask PutAsync(
        FrameHeader header,
        ReadOnlyMemory<byte> payload,
        CancellationToken cancellationToken
    )
    {
        header = header with { Length = payload.Length, IsMasked = _isClient, Mask = _isClient ? _mask.Next() : 0 };
        header.Write(_held.GetSpan(FrameHeader.MaxSize));
        _held.Advance(header.Size);
        for (var at = 0; at < payload.Length; )
        {
            if (_held.Length >= LargestWrite)
                await PushAsync(cancellationToken).ConfigureAwait(false);
            var count = Math.Min(payload.Length - at, LargestWrite - _held.Length);
            var copy = _held.Append(payload.Span.Slice(at, count));
            if (_isClient)
                FrameMask.Apply(copy, header.Mask, at);
            at += count;
        }

        Observer?.OnFrame(new WebSocketFrame(_time.GetUtcNow(), Direction.Out, header, payload));
    }

    private async ValueTask PushAsync(CancellationToken cancellationToken)
    {
        if (_held.Length == 0)
            return;
        try
        {
            await _stream.WriteAsync(_held.Written, cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Half a frame may be out: whatever followed would be taken for the rest of it.
            _isClosed = true;
            await _stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _held.Release();
        }
    }
}
