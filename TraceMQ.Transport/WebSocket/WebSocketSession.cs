using System.Text;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>One connection to a WebSocket server.</summary>
internal sealed class WebSocketSession : ISession
{
    private readonly WebSocketArrival _arrival;
    private readonly WebSocketConnection _connection;
    private readonly SessionContext _context;
    private readonly WebSocketDetails.Common _details = WebSocketDetails.For(peer: null);
    private readonly FrameRecorder _recorder;
    private readonly Heartbeat _heartbeat;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposeLock = new();
    private readonly Task _receiving;
    private readonly Task _beating;
    private long _lastHeard;
    private Task? _disposing;

    private WebSocketSession(WebSocketArrival arrival, Profile profile, SessionContext context)
    {
        _arrival = arrival;
        _connection = arrival.Connection;
        _context = context;
        _lastHeard = context.Time.GetTimestamp();
        _connection.AnswersPings = profile.Values.Get(WebSocketSettings.AutoPong);
        _recorder = new FrameRecorder(
            _connection,
            context.Wire,
            arrival.Endpoint.Address,
            _connection.AnswersPings ? null : OnFrame
        );
        _heartbeat = new Heartbeat(
            _connection,
            profile.Values.Get(WebSocketSettings.PingInterval),
            context.Time,
            () => Interlocked.Read(ref _lastHeard)
        );
        _receiving = ReceiveAsync();
        _beating = BeatAsync();
    }

    public Capabilities Capabilities => Capabilities.Publish | Capabilities.Wire;

    public IReadOnlyList<Fact> Facts => [.. OwnFacts(), .. _arrival.Peer.Facts(_context.Time.GetUtcNow())];

    public Task Completion => _completion.Task;

    /// <summary>Connects to the first endpoint that can be reached, and sends the preamble.</summary>
    /// <exception cref="TransportException">It failed, or the server refused.</exception>
    public static Task<WebSocketSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        NextAddress.FirstAsync(
            profile.Endpoints,
            endpoint => ConnectAsync(profile, endpoint, context, cancellationToken),
            context
        );

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        ThrowIfEnded();
        return Task.FromResult(
            new SubscribeResult(IsAccepted: false, "a WebSocket has no topics: all that the server sends comes")
        );
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = WebSocketOutgoing.Of(message);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        // Before it is sent, so that it stands in the list before what it causes.
        List(outgoing);
        var started = _context.Time.GetTimestamp();
        switch (outgoing.Opcode)
        {
            case Opcode.Ping:
                return await UserPing
                    .SendAsync(_connection, outgoing.Payload, peer: null, _context, cancellationToken)
                    .ConfigureAwait(false);
            case Opcode.Close:
                var status = await _connection
                    .CloseAsync(outgoing.Code, outgoing.Reason, cancellationToken)
                    .ConfigureAwait(false);
                return new PublishResult(
                    status.IsClean,
                    status.IsClean
                        ? $"closed: the server answered {status}"
                        : "closed; the server did not answer the close",
                    _context.Time.GetElapsedTime(started)
                );
            default:
                await outgoing.SendAsync(_connection, cancellationToken).ConfigureAwait(false);
                return new PublishResult(
                    IsAccepted: true,
                    outgoing.Fragments > 1
                        ? $"sent as {outgoing.Opcode.Name()} in {outgoing.Fragments:N0} fragments; a WebSocket acknowledges nothing"
                        : $"sent as {outgoing.Opcode.Name()}; a WebSocket acknowledges nothing",
                    _context.Time.GetElapsedTime(started)
                );
        }
    }

    public T? Feature<T>()
        where T : class => null;

    public async ValueTask DisposeAsync()
    {
        Task disposing;
        lock (_disposeLock)
            disposing = _disposing ??= EndAsync();
        await disposing.ConfigureAwait(false);
    }

    private static async Task<WebSocketSession> ConnectAsync(
        Profile profile,
        Endpoint endpoint,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var arrival = await WebSocketWay
            .OpenAsync(profile, endpoint, StepLog.Silent, context, cancellationToken)
            .ConfigureAwait(false);
        context.Log.LogDebug("WebSocket connected to {Address}", arrival.Endpoint.Address);
        var session = new WebSocketSession(arrival, profile, context);
        try
        {
            await session
                .SendPreambleAsync(profile.Values.Get(WebSocketSettings.Preamble), cancellationToken)
                .ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task SendPreambleAsync(IReadOnlyList<string> preamble, CancellationToken cancellationToken)
    {
        if (preamble.Count == 0)
            return;
        if (!_arrival.IsOwn)
        {
            _context.Notices.TryWrite(
                new Notice(
                    NoticeLevel.Warning,
                    $"The preamble was not sent to {_arrival.Endpoint.Address}, which is another host than the profile's: set its URL in the profile to send it."
                )
            );
            return;
        }

        _recorder.IsSecret = true;
        foreach (var text in preamble)
            await _connection
                .SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(text), cancellationToken)
                .ConfigureAwait(false);
        _recorder.IsSecret = false;
        _context.Notices.TryWrite(
            new Notice(
                NoticeLevel.Information,
                preamble.Count == 1
                    ? "The preamble was sent: 1 message."
                    : $"The preamble was sent: {preamble.Count} messages."
            )
        );
    }

    private IEnumerable<Fact> OwnFacts()
    {
        var upgrade = _connection.Upgrade;
        yield return new Fact("protocol", "WebSocket 13 (RFC 6455)");
        yield return new Fact("server", $"{_arrival.Endpoint.Address} at {upgrade.PathAndQuery}");
        yield return new Fact("subprotocol", upgrade.Subprotocol ?? "none");
        yield return new Fact("compression", upgrade.Compression?.Answer ?? "none");
        yield return new Fact("handshake", UserPing.InWords(upgrade.Elapsed));
        if (_heartbeat.RoundTrip is { } roundTrip)
            yield return new Fact("round trip", UserPing.InWords(roundTrip));
        if (!_connection.AnswersPings)
            yield return new Fact("pings", "not answered: websocket.auto_pong is off") { Tone = FactTone.Warning };
    }

    private void ThrowIfEnded()
    {
        if (_completion.Task.IsCompleted || Volatile.Read(ref _disposing) is not null)
            throw new TransportException(FailureKind.Lost, "The WebSocket is closed: connect again.");
    }

    private void List(WebSocketOutgoing outgoing) =>
        Post(
            Direction.Out,
            outgoing.Payload,
            outgoing.Opcode == Opcode.Close
                ? WebSocketDetails.OfClose(outgoing.Code, peer: null)
                : _details.Of(outgoing.Opcode, outgoing.Fragments)
        );

    private void Post(Direction direction, ReadOnlyMemory<byte> payload, MessageDetails details) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = direction,
                Topic = "",
                Payload = payload,
                Details = details,
            }
        );

    // Where pings are not answered by themselves, whoever is to answer has to see them.
    private void OnFrame(WebSocketFrame frame)
    {
        if (frame is { Direction: Direction.In, Header.Opcode: Opcode.Ping })
            Post(Direction.In, frame.Payload.ToArray(), _details.Of(Opcode.Ping));
    }

    private async Task ReceiveAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        try
        {
            while (await _connection.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } message)
            {
                Interlocked.Exchange(ref _lastHeard, _context.Time.GetTimestamp());
                Post(Direction.In, message.Payload, _details.Of(message));
            }

            Fail(WebSocketEnds.Of(await _connection.Ended.ConfigureAwait(false), _arrival.Endpoint.Address));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (TransportException exception)
        {
            Fail(exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _context.Log.LogError(exception, "Reading from {Address} failed", _arrival.Endpoint.Address);
            Fail(new TransportException(FailureKind.Lost, $"The WebSocket failed: {exception.Message}", exception));
        }
    }

    private async Task BeatAsync()
    {
        if (await _heartbeat.RunAsync(_stop.Token).ConfigureAwait(false) is { } dead)
            Fail(dead);
    }

    private void Fail(TransportException reason)
    {
        if (Volatile.Read(ref _disposing) is null)
            _completion.TrySetException(reason);
    }

    private async Task EndAsync()
    {
        // Whoever called holds the lock until the first wait.
        await Task.Yield();
        if (!_completion.Task.IsCompleted)
            await _connection.CloseAsync(CloseCodes.Normal, "", CancellationToken.None).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _recorder.Dispose();
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }
}
