using System.Collections.Concurrent;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A link over a stream (RFC 8323): capabilities, ping, release and abort instead of acknowledgements.</summary>
internal sealed class StreamLink : ICoapLink, IAsyncDisposable
{
    /// <summary>Largest message that we take, and say so.</summary>
    public const int MaximumMessage = (1 << 20) + 1152;

    // What a peer takes before it has said more (RFC 8323, section 5.3.1).
    private const int BaseMessage = 1152;

    // For the head and the options beside a body.
    private const int Overhead = 512;
    private const int MaximumPings = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly IMessageStream _stream;
    private readonly ILinkHandler _handler;
    private readonly SessionContext _context;
    private readonly PacketLog _packets;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<CoapToken, TaskCompletionSource> _pings = new();
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _peerMaximum = BaseMessage;
    private volatile bool _peerTakesBlocks;
    private ulong _lastPing;
    private long _lastHeard;

    /// <param name="stream">Owned.</param>
    /// <param name="handler">Gets what comes.</param>
    /// <param name="packets">Told of every message.</param>
    /// <param name="context">The surroundings.</param>
    public StreamLink(IMessageStream stream, ILinkHandler handler, PacketLog packets, SessionContext context)
    {
        _stream = stream;
        _handler = handler;
        _packets = packets;
        _context = context;
        _lastHeard = context.Time.GetTimestamp();
    }

    public bool IsReliable => true;

    public int MaximumPayload => Math.Max(512, _peerMaximum - Overhead);

    public long LastHeard => Interlocked.Read(ref _lastHeard);

    /// <summary>What the peer said it can do.</summary>
    public Fact Capabilities =>
        new("peer takes", $"messages up to {_peerMaximum:N0} B{(_peerTakesBlocks ? ", block-wise transfers" : "")}");

    /// <summary>Says what we can do; nothing else may go out before (section 5.3).</summary>
    public Task GreetAsync(CancellationToken cancellationToken) =>
        SendSignalAsync(
            CoapCode.Csm,
            default,
            cancellationToken,
            CoapOption.Of(OptionNumber.MaxMessageSize, MaximumMessage),
            CoapOption.Of(OptionNumber.BlockWiseTransfer)
        );

    /// <summary>Waits for what the peer can do.</summary>
    /// <exception cref="TransportException">It does not say so.</exception>
    public async Task WaitForGreetingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _greeted.Task.WaitAsync(s_patience, _context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                "The peer did not say what it can do (CSM) within 10s: check that it speaks CoAP over streams (RFC 8323).",
                exception
            );
        }
    }

    public async Task<Delivery> SendAsync(CoapMessage message, SendOptions options, CancellationToken cancellationToken)
    {
        var bytes = _stream.Encode(message);
        if (bytes.Length > _peerMaximum)
            throw new TransportException(
                FailureKind.Configuration,
                $"The message has {bytes.Length:N0} bytes, and the peer takes {_peerMaximum:N0}: make it smaller."
            );
        await WriteAsync(message, bytes, options.Exchange, cancellationToken).ConfigureAwait(false);
        return new Delivery(DeliveryOutcome.Sent, 1);
    }

    public async Task<TimeSpan> PingAsync(ExchangeId? exchange, CancellationToken cancellationToken)
    {
        var token = CoapToken.Of(Interlocked.Increment(ref _lastPing), 4);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_pings.Count >= MaximumPings || !_pings.TryAdd(token, answer))
            throw new TransportException(FailureKind.TimedOut, "Earlier pings are not answered yet: wait for them.");
        try
        {
            var started = _context.Time.GetTimestamp();
            await SendSignalAsync(CoapCode.Ping, token, cancellationToken).ConfigureAwait(false);
            await answer.Task.WaitAsync(s_patience, _context.Time, cancellationToken).ConfigureAwait(false);
            return _context.Time.GetElapsedTime(started);
        }
        catch (TimeoutException exception)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                "The ping was not answered within 10s: check the network.",
                exception
            );
        }
        finally
        {
            _pings.TryRemove(token, out _);
        }
    }

    /// <summary>Tells the peer that nothing more comes (section 5.5).</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) =>
        SendSignalAsync(CoapCode.Release, default, cancellationToken);

    /// <summary>Reads until the end.</summary>
    /// <returns>Why it ended.</returns>
    /// <exception cref="OperationCanceledException">On our wish.</exception>
    public async Task<TransportException> RunAsync(CancellationToken cancellationToken)
    {
        TransportException? reason = null;
        try
        {
            while (reason is null)
            {
                if (await _stream.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } framed)
                    reason = new TransportException(FailureKind.Lost, "The peer closed the connection.");
                else
                    reason = await TakeAsync(framed, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (TransportException exception)
        {
            reason = exception;
            if (exception.Kind == FailureKind.NotThisProtocol)
                await AbortAsync(exception.Message).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            reason = new TransportException(
                FailureKind.Lost,
                $"The connection was lost: {exception.Message.TrimEnd('.')}.",
                exception
            );
        }

        _greeted.TrySetException(reason);
        _ = _greeted.Task.Exception;
        foreach (var ping in _pings.Values)
            ping.TrySetException(reason);
        return reason;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<TransportException?> TakeAsync(FramedMessage framed, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _lastHeard, _context.Time.GetTimestamp());
        var message = framed.Message;
        if (message.Code.IsSignal)
            return await TakeSignalAsync(framed, cancellationToken).ConfigureAwait(false);
        if (!_greeted.Task.IsCompleted)
            throw TcpMessages.Bad("the first message is no CSM");
        if (message.Code == CoapCode.Empty || message.Code.IsReserved)
        {
            // An empty message does nothing over a stream (section 3.4); a reserved class is not for us to judge.
            _packets.Record(Direction.In, framed.Bytes, message, isStream: true, null, "ignored");
            return null;
        }

        if (message.Code.IsRequest)
        {
            var exchange = _context.NextExchange();
            _packets.Record(Direction.In, framed.Bytes, message, isStream: true, exchange);
            await _handler
                .OnRequestAsync(new StreamRequest(message, exchange, this), cancellationToken)
                .ConfigureAwait(false);
            return null;
        }

        var asked = _handler.ExchangeOf(message.Token);
        var isWanted = _handler.OnResponse(message);
        _packets.Record(Direction.In, framed.Bytes, message, isStream: true, asked, isWanted ? "" : "not wanted");
        return null;
    }

    private async ValueTask<TransportException?> TakeSignalAsync(
        FramedMessage framed,
        CancellationToken cancellationToken
    )
    {
        var message = framed.Message;
        _packets.Record(Direction.In, framed.Bytes, message, isStream: true, null);
        if (message.Code == CoapCode.Csm)
            return await TakeCapabilitiesAsync(message, cancellationToken).ConfigureAwait(false);
        if (message.Code == CoapCode.Ping)
        {
            var custody = message.Options.Find(OptionNumber.Custody);
            await SendSignalAsync(
                    CoapCode.Pong,
                    message.Token,
                    cancellationToken,
                    custody is { } option ? [option] : []
                )
                .ConfigureAwait(false);
        }
        else if (message.Code == CoapCode.Pong && _pings.TryGetValue(message.Token, out var ping))
            ping.TrySetResult();
        else if (message.Code == CoapCode.Release)
            return new TransportException(FailureKind.Lost, "The peer released the connection: it is going away.");
        else if (message.Code == CoapCode.Abort)
            return new TransportException(FailureKind.Lost, $"The peer aborted the connection{Words(message)}.");
        return null;
    }

    private async ValueTask<TransportException?> TakeCapabilitiesAsync(
        CoapMessage message,
        CancellationToken cancellationToken
    )
    {
        foreach (var option in message.Options)
        {
            if (option.Number == OptionNumber.MaxMessageSize)
                _peerMaximum = (int)Math.Clamp(option.Number32, BaseMessage, MaximumMessage);
            else if (option.Number == OptionNumber.BlockWiseTransfer)
                _peerTakesBlocks = true;
            else if (OptionNumber.IsCritical(option.Number))
            {
                await SendSignalAsync(
                        CoapCode.Abort,
                        default,
                        cancellationToken,
                        CoapOption.Of(OptionNumber.BadCsmOption, (uint)option.Number)
                    )
                    .ConfigureAwait(false);
                return new TransportException(
                    FailureKind.NotThisProtocol,
                    $"The peer insists on the capability {option.Number}, which nobody here knows."
                );
            }
        }

        _greeted.TrySetResult();
        return null;
    }

    private static string Words(CoapMessage message)
    {
        var bad = message.Options.Uint(OptionNumber.BadCsmOption) is { } option
            ? $" because of our capability {option}"
            : "";
        return message.Payload.IsEmpty
            ? bad
            : $"{bad}: {System.Text.Encoding.UTF8.GetString(message.Payload.Span).TrimEnd('.')}";
    }

    private Task SendSignalAsync(
        CoapCode code,
        CoapToken token,
        CancellationToken cancellationToken,
        params CoapOption[] options
    )
    {
        var message = new CoapMessage
        {
            Code = code,
            Token = token,
            Options = OptionSet.Of(options),
        };
        return WriteAsync(message, _stream.Encode(message), null, cancellationToken);
    }

    private async Task AbortAsync(string why)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _context.Time);
        var message = new CoapMessage { Code = CoapCode.Abort, Payload = System.Text.Encoding.UTF8.GetBytes(why) };
        try
        {
            await WriteAsync(message, _stream.Encode(message), null, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            // It is over either way.
        }
    }

    private async Task WriteAsync(
        CoapMessage message,
        ReadOnlyMemory<byte> bytes,
        ExchangeId? exchange,
        CancellationToken cancellationToken
    )
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _packets.Record(Direction.Out, bytes, message, isStream: true, exchange);
            // Half a message would spoil the stream for the next one.
            await _stream
                .WriteAsync(bytes, CancellationToken.None)
                .AsTask()
                .WaitAsync(s_patience, _context.Time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new TransportException(
                FailureKind.Lost,
                $"The connection was lost: {exception.Message.TrimEnd('.')}.",
                exception
            );
        }
        catch (TimeoutException exception)
        {
            throw new TransportException(
                FailureKind.Lost,
                "The peer has not taken what was sent for 10s: the connection is given up.",
                exception
            );
        }
        finally
        {
            _writing.Release();
        }
    }
}
