using System.Text;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>
/// A WebSocket after its upgrade (RFC 6455, and RFC 7692 where it was agreed), client or server. One receives, any number send. Pings are answered
/// while somebody receives.
/// </summary>
internal sealed class WebSocketConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly bool _isClient;
    private readonly WebSocketLimits _limits;
    private readonly TimeProvider _time;
    private readonly FrameReader _frames;
    private readonly MessageReader _messages;
    private readonly FrameWriter _frameWriter;
    private readonly MessageWriter _writer;
    private readonly PingLog _pings;
    private readonly PongQueue _pongs;
    private readonly SemaphoreSlim _receiving = new(1, 1);
    private readonly TaskCompletionSource<CloseStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _endLock = new();
    private TransportException? _failure;
    private int _isDisposed;
    private long _pingCount;

    /// <param name="stream">What carries the frames; owned.</param>
    /// <param name="leftOver">What was read from it behind the upgrade.</param>
    /// <param name="isClient">We are the client: what we send is masked.</param>
    /// <param name="upgrade">What was agreed.</param>
    /// <param name="limits">What the peer may cost.</param>
    /// <param name="time">The clock.</param>
    public WebSocketConnection(
        Stream stream,
        ReadOnlyMemory<byte> leftOver,
        bool isClient,
        Upgrade upgrade,
        WebSocketLimits limits,
        TimeProvider time
    )
    {
        _stream = stream;
        _isClient = isClient;
        _limits = limits;
        _time = time;
        Upgrade = upgrade;
        _frameWriter = new FrameWriter(stream, isClient, time);
        _frames = new FrameReader(stream, leftOver, FlushBeforeWaitingAsync);
        var deflate = upgrade.Compression;
        _messages = new MessageReader(
            _frames,
            new FrameRules(isClient, deflate is not null, limits.MaxMessage),
            limits.MaxMessage,
            deflate?.Inflater(isClient)
        );
        _writer = new MessageWriter(_frameWriter, deflate?.Deflater(isClient), PeerName);
        _pings = new PingLog(time);
        _pongs = new PongQueue(payload => _writer.ControlAsync(Opcode.Pong, payload, CancellationToken.None));
    }

    /// <summary>How the connection was agreed on, to be shown.</summary>
    public Upgrade Upgrade { get; }

    /// <summary>Sees every frame; null: nobody does, and it costs nothing.</summary>
    public IFrameObserver? Observer
    {
        get => _frameWriter.Observer;
        set => _frameWriter.Observer = value;
    }

    /// <summary>True, as the standard wants it: pings of the peer are answered.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Ends, and never fails, when the connection has: closed by either side, ended by a broken rule, or lost.</summary>
    public Task<CloseStatus> Ended => _ended.Task;

    private string PeerName => _isClient ? "The server" : "The client";

    /// <summary>Waits for the next message. Can be cancelled and called again; nothing is lost.</summary>
    /// <returns>The message; null when the connection was closed, see <see cref="Ended"/>.</returns>
    /// <exception cref="TransportException">The connection was lost, or the peer broke a rule, which is named.</exception>
    public async ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var message = await ReceiveBorrowedAsync(cancellationToken).ConfigureAwait(false);
        return message is { } borrowed ? borrowed with { Payload = borrowed.Payload.ToArray() } : null;
    }

    /// <summary>As <see cref="ReceiveAsync"/>, but the payload is valid only until the next call.</summary>
    /// <exception cref="TransportException">The connection was lost, or the peer broke a rule, which is named.</exception>
    public async ValueTask<WebSocketMessage?> ReceiveBorrowedAsync(CancellationToken cancellationToken)
    {
        if (!_receiving.Wait(0, CancellationToken.None))
            throw new InvalidOperationException("somebody else receives");
        try
        {
            return await ReceiveNextAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _receiving.Release();
        }
    }

    /// <summary>Sends a message, or a ping or pong of the user's own.</summary>
    /// <param name="opcode">Text, binary, ping or pong.</param>
    /// <param name="payload">Not held after the return.</param>
    /// <param name="cancellationToken">Cancels; in the middle of a frame that ends the connection.</param>
    /// <exception cref="TransportException">The connection is gone, or the payload cannot be sent so.</exception>
    public ValueTask SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        opcode.IsControl()
            ? new ValueTask(_writer.ControlAsync(opcode, payload, cancellationToken))
            : _writer.MessageAsync(opcode, payload, isQueued: false, cancellationToken);

    /// <summary>
    /// As <see cref="SendAsync"/> for text and binary, but the message may wait: it goes out with the next one that is sent, when there are many, and
    /// at the latest when the receiver has nothing more to read. For those who send from the loop that receives.
    /// </summary>
    /// <exception cref="TransportException">The connection is gone, or the payload cannot be sent so.</exception>
    public ValueTask QueueAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        _writer.MessageAsync(opcode, payload, isQueued: true, cancellationToken);

    /// <summary>Sends a message in fragments, which are not compressed. Other messages wait, pings pass between.</summary>
    /// <exception cref="TransportException">The connection is gone, or the payload cannot be sent so.</exception>
    public Task SendFragmentsAsync(
        Opcode opcode,
        IReadOnlyList<ReadOnlyMemory<byte>> fragments,
        CancellationToken cancellationToken
    ) => _writer.FragmentsAsync(opcode, fragments, cancellationToken);

    /// <summary>Sends a ping and waits for its pong. Somebody has to receive meanwhile.</summary>
    /// <param name="payload">At most 125 bytes; null: a number that only this ping has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The time between.</returns>
    /// <exception cref="TransportException">The connection is gone, or the payload is too long.</exception>
    public async Task<TimeSpan> PingAsync(ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken)
    {
        var bytes = payload?.ToArray() ?? Encoding.ASCII.GetBytes($"ping {Interlocked.Increment(ref _pingCount)}");
        var answered = _pings.Add(bytes);
        try
        {
            await _writer.ControlAsync(Opcode.Ping, bytes, cancellationToken).ConfigureAwait(false);
            return await answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pings.Forget(answered);
        }
    }

    /// <summary>Says goodbye and waits for the peer's, for the time of the limits. Somebody has to receive meanwhile.</summary>
    /// <param name="code">1000 to 1003, 1007 to 1014, 3000 to 4999; 1005: none.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Waits no longer.</param>
    /// <returns>How it ended; 1006 where the peer did not answer.</returns>
    /// <exception cref="TransportException">Code or reason cannot be sent.</exception>
    public async Task<CloseStatus> CloseAsync(int code, string reason, CancellationToken cancellationToken)
    {
        var payload = MessageWriter.ClosePayload(code, reason);
        using var timeout = new CancellationTokenSource(_limits.CloseTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (!_ended.Task.IsCompleted)
                await _writer.CloseAsync(payload, both.Token).ConfigureAwait(false);
            return await _ended.Task.WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            End(null, new CloseStatus(CloseCodes.Abnormal, $"{PeerName} did not answer the close", IsByPeer: false));
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            End(exception, Lost());
        }

        return await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="CloseAsync"/>, where nobody will receive any more: what still comes is dropped.</summary>
    /// <exception cref="TransportException">Code or reason cannot be sent.</exception>
    public async Task<CloseStatus> CloseAndDropAsync(int code, string reason, CancellationToken cancellationToken)
    {
        var closing = CloseAsync(code, reason, cancellationToken);
        await DropAsync().ConfigureAwait(false);
        return await closing.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        if (_ended.Task.IsCompleted && _receiving.Wait(0, CancellationToken.None))
        {
            await LingerAsync().ConfigureAwait(false);
            _receiving.Release();
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        End(Gone(), Lost());
        await _pongs.Sending.ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        // Whoever still receives sees the stream end now; only then nobody writes to the buffers any more.
        await _receiving.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _messages.Dispose();
    }

    private static CloseStatus Lost() => new(CloseCodes.Abnormal, "", IsByPeer: true);

    private static TransportException Gone() =>
        new(FailureKind.Lost, "The WebSocket connection is closed: connect again.");

    private ValueTask FlushBeforeWaitingAsync(CancellationToken cancellationToken) =>
        _frameWriter.HasQueued ? _frameWriter.FlushAsync(cancellationToken) : ValueTask.CompletedTask;

    private async ValueTask<WebSocketMessage?> ReceiveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!_ended.Task.IsCompleted)
            {
                if (await ReceiveFrameAsync(cancellationToken).ConfigureAwait(false) is { } message)
                    return message;
            }
        }
        catch (ProtocolViolation violation)
        {
            await FailAsync(violation).ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            End(exception, Lost());
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // After our own close nobody needs more than the end of the connection.
            End(_writer.IsCloseSent ? null : LostBy(exception), Lost());
        }

        return _failure is null ? null : throw _failure;
    }

    private async ValueTask<WebSocketMessage?> ReceiveFrameAsync(CancellationToken cancellationToken)
    {
        if (await _messages.ReadFrameAsync(cancellationToken).ConfigureAwait(false) is not { } header)
            throw new EndOfStreamException();
        Observer?.OnFrame(new WebSocketFrame(_time.GetUtcNow(), Direction.In, header, _messages.FramePayload));
        switch (header.Opcode)
        {
            case Opcode.Ping:
                if (AnswersPings && !_writer.IsCloseSent)
                    _pongs.Answer(_messages.FramePayload.Span);
                return null;
            case Opcode.Pong:
                _pings.Answer(_messages.FramePayload.Span);
                return null;
            case Opcode.Close:
                await AnswerCloseAsync(_messages.ReadClose()).ConfigureAwait(false);
                return null;
            default:
                return _messages.Finish();
        }
    }

    private async Task AnswerCloseAsync(CloseStatus status)
    {
        var isByPeer = !_writer.IsCloseSent;
        if (isByPeer)
            await LastWordAsync(MessageWriter.ClosePayload(status.Code, "")).ConfigureAwait(false);
        End(null, status with { IsByPeer = isByPeer });
    }

    private async Task FailAsync(ProtocolViolation violation)
    {
        var failure = new TransportException(
            FailureKind.Lost,
            violation.Code == CloseCodes.TooBig
                ? $"{PeerName} sent too much: {violation.Message}. Raise that limit, or have it send less; the connection was closed."
                : $"{PeerName} broke a rule of WebSocket: {violation.Message}. The connection was closed with {CloseCodes.InWords(violation.Code)}; its author has to mend that.",
            violation
        );
        End(failure, new CloseStatus(violation.Code, violation.Message, IsByPeer: false));
        await LastWordAsync(MessageWriter.ClosePayload(violation)).ConfigureAwait(false);
    }

    // A peer that reads nothing must not keep the receiver for ever.
    private async Task LastWordAsync(byte[] payload)
    {
        using var timeout = new CancellationTokenSource(_limits.LingerTimeout, _time);
        try
        {
            await _writer.CloseAsync(payload, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            // It is over either way, and why is known already.
        }
    }

    private async Task DropAsync()
    {
        await _receiving.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            while (await ReceiveNextAsync(CancellationToken.None).ConfigureAwait(false) is not null)
                continue;
        }
        catch (TransportException)
        {
            // How it ended is in Ended.
        }
        finally
        {
            _receiving.Release();
        }
    }

    // Closing a socket with bytes unread would reset it, and the peer would lose our close frame. A client lets the server go first (section 7.1.1).
    private async Task LingerAsync()
    {
        if (_frames.IsAtEnd || (!_isClient && _failure is null))
            return;
        await Linger.UntilEndAsync(_stream, _limits.LingerTimeout, _time, CancellationToken.None).ConfigureAwait(false);
    }

    private TransportException LostBy(Exception exception) =>
        Volatile.Read(ref _isDisposed) != 0
            ? Gone()
            : exception.InnerException as TransportException
                ?? new TransportException(
                    FailureKind.Lost,
                    exception is EndOfStreamException
                        ? $"{PeerName} ended the connection without a close frame (1006): it, or a proxy between, stopped or lost patience; connect again, and ping if that happens in silence."
                        : $"The connection was lost without a close frame (1006): {exception.Message.TrimEnd('.')}; connect again.",
                    exception
                );

    private void End(TransportException? failure, CloseStatus status)
    {
        lock (_endLock)
        {
            if (_ended.Task.IsCompleted)
                return;
            _failure = failure;
            _ended.SetResult(status);
        }

        _pings.End(failure ?? Gone());
    }
}
