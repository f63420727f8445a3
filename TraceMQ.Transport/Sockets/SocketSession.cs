using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Framing;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Sockets;

/// <summary>One socket to a peer.</summary>
internal sealed class SocketSession : ISession
{
    private readonly SocketLink _link;
    private readonly SessionContext _context;
    private readonly Endpoint _endpoint;
    private readonly bool _isHalfOpen;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposeLock = new();
    private readonly Task _receiving;
    private Task? _disposing;

    private SocketSession(SocketLink link, Endpoint endpoint, Profile profile, SessionContext context)
    {
        _link = link;
        _endpoint = endpoint;
        _context = context;
        _isHalfOpen = profile.Values.Get(SocketSettings.HalfOpen);
        _receiving = ReceiveAsync();
    }

    public Capabilities Capabilities => Capabilities.Publish | Capabilities.Wire;

    public IReadOnlyList<Fact> Facts => [new Fact("peer", _endpoint.ToString()), .. _link.Facts];

    public Task Completion => _completion.Task;

    /// <summary>Connects to the first endpoint that can be reached.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    public static Task<SocketSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        NextAddress.FirstAsync(
            profile.Endpoints,
            async endpoint =>
            {
                var link = await OpenAsync(profile, endpoint, StepLog.Silent, context, cancellationToken)
                    .ConfigureAwait(false);
                context.Log.LogDebug("A socket connected to {Address}", endpoint.Address);
                return new SocketSession(link, endpoint, profile, context);
            },
            context
        );

    /// <summary>Makes the way to a peer.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    public static async Task<SocketLink> OpenAsync(
        Profile profile,
        Endpoint endpoint,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        if (endpoint.Scheme.Carrier == Carrier.Udp)
            return await DatagramLink.OpenAsync(endpoint, steps, context, cancellationToken).ConfigureAwait(false);
        var peer = await StreamDialer
            .OpenAsync(
                endpoint,
                new StreamOptions { Tls = TlsOptions.Of(profile) },
                steps,
                context.Time,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new StreamLink(peer, endpoint.Address, StreamFraming.Of(profile), context);
    }

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        ThrowIfEnded();
        return Task.FromResult(
            new SubscribeResult(IsAccepted: false, "a socket has no topics: all that the peer sends comes")
        );
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = _link.Outgoing(message);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        // Before it is sent, so that it stands in the list before what it causes.
        Post(Direction.Out, outgoing.Payload);
        var started = _context.Time.GetTimestamp();
        try
        {
            await _link.SendAsync(outgoing, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (SocketFailures.IsExpected(exception))
        {
            throw SocketFailures.Of(_link.Address, exception);
        }

        return new PublishResult(
            IsAccepted: true,
            outgoing.HalfCloses
                ? $"sent {outgoing.Bytes.Length:N0} bytes, and that nothing more follows"
                : $"sent {outgoing.Bytes.Length:N0} bytes; a socket acknowledges nothing",
            _context.Time.GetElapsedTime(started)
        );
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

    private void ThrowIfEnded()
    {
        if (_completion.Task.IsCompleted || Volatile.Read(ref _disposing) is not null)
            throw SocketFailures.Over();
    }

    private void Post(Direction direction, ReadOnlyMemory<byte> payload) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = direction,
                Topic = "",
                Payload = payload,
            }
        );

    private async Task ReceiveAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        try
        {
            while (await _link.ReadAsync(_stop.Token).ConfigureAwait(false) is { } message)
                Post(Direction.In, message);
            _context.Notices.TryWrite(
                new Notice(
                    NoticeLevel.Information,
                    $"{_link.Address} has finished sending (half-close)"
                        + (_isHalfOpen ? "; what is sent to it still goes out." : ".")
                )
            );
            if (!_isHalfOpen)
                Fail(SocketFailures.Finished(_link.Address));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception exception) when (SocketFailures.IsExpected(exception))
        {
            Fail(SocketFailures.Of(_link.Address, exception));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _context.Log.LogError(exception, "Reading from {Address} failed", _link.Address);
            Fail(new TransportException(FailureKind.Lost, $"The socket failed: {exception.Message}", exception));
        }
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
        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }
}
