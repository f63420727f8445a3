using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Nats;

/// <summary>One connection of the library's client to one server, from the greeting to its end. It is never used again.</summary>
internal sealed class NatsLink : IAsyncDisposable
{
    private const string DeniedSubscription = "Permissions Violation for Subscription to \"";
    private const string DeniedPublish = "Permissions Violation for Publish to \"";
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_ping = TimeSpan.FromSeconds(30);

    // After a loss the library tries again by itself. Our socket refuses it, and the sooner it gives up, the sooner those of its calls fail
    // that wait for a connection: they would hold up our dispose.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(1);

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, byte> _denied = new(StringComparer.Ordinal);
    private volatile string? _lastError;
    private volatile Exception? _endedWith;
    private int _isDisposed;

    private NatsLink(Endpoint endpoint, NatsLogin login, NatsServerInfo info, PeerStream peer)
    {
        Endpoint = endpoint;
        Login = login;
        Info = info;
        Peer = peer;
        // A loss that nobody waits for is no unobserved exception.
        _ = _completion.Task.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    public Endpoint Endpoint { get; }

    public NatsLogin Login { get; }

    public NatsServerInfo Info { get; }

    public PeerStream Peer { get; }

    public NatsConnection Connection { get; private set; } = null!;

    /// <summary>Ends on dispose; faults with a <see cref="TransportException"/> when the connection is lost.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Hears what the server complains of and nobody waits for.</summary>
    public Action<string> Complained { get; set; } = _ => { };

    /// <summary>Connects.</summary>
    /// <exception cref="TransportException">It failed, or the server refused.</exception>
    public static async Task<NatsLink> OpenAsync(
        Profile profile,
        Endpoint endpoint,
        SessionContext context,
        StepLog steps,
        CancellationToken cancellationToken
    )
    {
        var login = NatsLogin.Of(profile, endpoint, context.Time.GetUtcNow());
        byte[]? greeting = null;
        var way = NatsWay.Of(profile) with
        {
            BeforeTls =
                endpoint.Scheme.Carrier == Carrier.Tls
                    ? async (stream, token) =>
                    {
                        greeting = await NatsGreeting
                            .ReadAsync(stream, endpoint, context.Time, token)
                            .ConfigureAwait(false);
                        if (NatsServerInfo.Parse(greeting) is { WantsTls: false, OffersTls: false })
                            throw NatsFailures.OffersNoTls(endpoint);
                    }
                    : null,
        };
        var peer = await StreamDialer
            .OpenAsync(endpoint, way, steps, context.Time, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            greeting ??= await NatsGreeting
                .ReadAsync(peer.Stream, endpoint, context.Time, cancellationToken)
                .ConfigureAwait(false);
            var info = NatsServerInfo.Parse(greeting) ?? throw NatsFailures.NoNats(endpoint, "INFO");
            if (info.WantsTls && endpoint.Scheme.Carrier == Carrier.Tcp)
                throw NatsFailures.WantsTls(endpoint);
            var link = new NatsLink(endpoint, login, info, peer);
            await link.ConnectAsync(profile, greeting, context, steps, cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch
        {
            await peer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="TransportException">The session is over.</exception>
    public void ThrowIfOver()
    {
        if (Volatile.Read(ref _isDisposed) != 0 || _completion.Task.IsCompleted)
            throw new TransportException(FailureKind.Lost, "The connection is over; connect again first.");
    }

    /// <summary>Forgets an older refusal of a subscription, before it is made.</summary>
    public void BeginSubscribing(string subject) => _denied.TryRemove(DeniedSubscription + subject, out _);

    /// <summary>Forgets an older refusal of a message, before it is sent.</summary>
    public void BeginPublishing(string subject) => _denied.TryRemove(DeniedPublish + subject, out _);

    /// <summary>True where the server has refused the subscription; known once it answered a PING that was sent behind it.</summary>
    public bool WasSubscriptionDenied(string subject) => _denied.ContainsKey(DeniedSubscription + subject);

    /// <summary>True where the server has refused to take a message.</summary>
    public bool WasPublishDenied(string subject) => _denied.ContainsKey(DeniedPublish + subject);

    /// <summary>Waits until the server has seen everything that was sent before.</summary>
    /// <returns>How long that took.</returns>
    /// <exception cref="TransportException">The connection was lost before.</exception>
    public async Task<TimeSpan> FlushAsync(CancellationToken cancellationToken)
    {
        var ping = Connection.PingAsync(cancellationToken).AsTask();
        await Task.WhenAny(ping, Completion).ConfigureAwait(false);
        if (Completion.IsCompleted)
        {
            _ = ping.ContinueWith(
                static task => _ = task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
            await Completion.ConfigureAwait(false);
            throw new TransportException(FailureKind.Lost, "The connection is over.");
        }

        try
        {
            return await ping.ConfigureAwait(false);
        }
        catch (Exception exception)
            when (NatsFailures.IsExpected(exception) && !cancellationToken.IsCancellationRequested)
        {
            // Why, the completion knows, where it knows it already.
            if (Completion.IsCompleted)
                await Completion.ConfigureAwait(false);
            throw new TransportException(
                FailureKind.Lost,
                $"The connection to {Endpoint.Address} is over: {exception.Message}",
                exception
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _completion.TrySetResult();
        await Connection.DisposeAsync().ConfigureAwait(false);
        await Peer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ConnectAsync(
        Profile profile,
        byte[] greeting,
        SessionContext context,
        StepLog steps,
        CancellationToken cancellationToken
    )
    {
        var socket = new NatsSocket(
            Peer.Stream,
            greeting,
            new NatsTap(Direction.In, context, OnError),
            new NatsTap(Direction.Out, context),
            OnEnded
        );
        Connection = new NatsConnection(OptionsOf(profile, socket));
        await steps
            .RunAsync(
                "NATS handshake",
                async () =>
                {
                    await HandshakeAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                },
                _ => $"{Info.Name} {Info.Version} accepted {Login.Words}"
            )
            .ConfigureAwait(false);
    }

    private async Task HandshakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (NatsFailures.IsExpected(exception))
        {
            await Connection.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw NatsFailures.NotConnected(Endpoint, Login, Info, _lastError, _endedWith ?? exception);
        }
    }

    private NatsOpts OptionsOf(Profile profile, NatsSocket socket) =>
        NatsOpts.Default with
        {
            // Only for the library's own words: the socket is connected already.
            Url = $"nats://{Endpoint.Address}",
            Name = $"tracemq {profile.Name}",
            SocketConnectionFactory = socket,
            AuthOpts = Login.Options,
            TlsOpts = new NatsTlsOpts { Mode = TlsMode.Disable },
            LoggerFactory = NullLoggerFactory.Instance,
            HeaderEncoding = Encoding.UTF8,
            ConnectTimeout = s_handshake,
            CommandTimeout = s_handshake,
            RequestTimeout = s_handshake,
            PingInterval = s_ping,
            MaxReconnectRetry = 1,
            ReconnectWaitMin = s_atOnce,
            ReconnectWaitMax = s_atOnce,
            ReconnectJitter = TimeSpan.Zero,
            RetryOnInitialConnect = false,
        };

    private void OnError(string error)
    {
        _lastError = error;
        foreach (var denial in new[] { DeniedSubscription, DeniedPublish })
        {
            if (!error.StartsWith(denial, StringComparison.OrdinalIgnoreCase))
                continue;
            var rest = error[denial.Length..];
            var end = rest.IndexOf('"', StringComparison.Ordinal);
            // Bounded: a server that denies for ever must not fill the memory.
            if (_denied.Count < 10_000)
                _denied[denial + (end < 0 ? rest : rest[..end])] = 0;
            _lastError = null;
        }

        Complained(error);
    }

    private void OnEnded(Exception? exception)
    {
        _endedWith ??= exception;
        if (Volatile.Read(ref _isDisposed) == 0)
            _completion.TrySetException(NatsFailures.Lost(Endpoint, _lastError, exception));
    }
}
