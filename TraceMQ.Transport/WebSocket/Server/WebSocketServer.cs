using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Clients;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket.Server;

/// <summary>A WebSocket server of our own. Every message of a client comes to the inbox under its address; what is published goes to one client or to all.</summary>
internal sealed class WebSocketServer : ISession
{
    private readonly Profile _profile;
    private readonly SessionContext _context;
    private readonly IReadOnlyList<StreamListener> _listeners;
    private readonly ServedClients<ServedWebSocket> _clients;
    private readonly ClientBrowser<ServedWebSocket> _browser;
    private readonly ServerReply _reply;
    private readonly WebSocketLimits _limits;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposeLock = new();
    private Task? _disposing;

    private WebSocketServer(Profile profile, SessionContext context, IReadOnlyList<StreamListener> listeners)
    {
        _profile = profile;
        _context = context;
        _listeners = listeners;
        _clients = new ServedClients<ServedWebSocket>(context);
        _browser = new ClientBrowser<ServedWebSocket>(
            _clients,
            [WebSocketSettings.CloseCode, WebSocketSettings.CloseReason],
            context.Time
        );
        _reply = new ServerReply(profile);
        // Whoever stops a server does not want to wait for clients that do not answer.
        _limits = WebSocketWay.Limits(profile) with
        {
            CloseTimeout = TimeSpan.FromSeconds(1),
        };
        foreach (var listener in listeners)
            listener.Accept(peer => ServeAsync(listener.Endpoint, peer));
    }

    public Capabilities Capabilities =>
        Capabilities.Publish | Capabilities.Listen | Capabilities.Browse | Capabilities.Wire;

    public IReadOnlyList<string> ListensOn => [.. _listeners.Select(listener => listener.Endpoint.ToString())];

    public IReadOnlyList<Fact> Facts =>
        [
            new Fact("protocol", "WebSocket 13 (RFC 6455)"),
            ServedFacts.OpenTo(_listeners.Select(listener => listener.LocalEndPoint)),
            .. _listeners.SelectMany(listener => listener.Facts).Distinct(),
            new Fact("clients need", Needs()),
            new Fact("replies", _reply.Text),
            ServedFacts.Count(_clients.Count),
        ];

    public Task Completion => _completion.Task;

    /// <summary>Listens at every URL of the profile.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    public static async Task<WebSocketServer> StartAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var listeners = new List<StreamListener>();
        try
        {
            foreach (var endpoint in profile.Endpoints)
                listeners.Add(
                    await StreamListener
                        .BindAsync(
                            endpoint,
                            new StreamOptions { Tls = TlsOptions.Of(profile) },
                            context,
                            cancellationToken
                        )
                        .ConfigureAwait(false)
                );
            return new WebSocketServer(profile, context, listeners);
        }
        catch
        {
            foreach (var listener in listeners)
                await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        ThrowIfEnded();
        return Task.FromResult(
            new SubscribeResult(
                IsAccepted: false,
                "a server receives all that its clients send; there is nothing to subscribe to"
            )
        );
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = WebSocketOutgoing.Of(message);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        var one = message.Topic.Length == 0 ? null : _clients.Find(message.Topic);
        if (one is null && message.Topic.Length > 0)
            return new PublishResult(IsAccepted: false, $"no client {message.Topic} is connected", TimeSpan.Zero);
        List(outgoing, one?.Name);
        if (one is not null && outgoing.Opcode == Opcode.Ping)
            return await UserPing
                .SendAsync(one.Connection, outgoing.Payload, one.Name, _context, cancellationToken)
                .ConfigureAwait(false);
        return await _clients
            .SendAsync(
                message.Topic,
                outgoing.Payload.Length,
                client => WriteAsync(client, outgoing),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        Task disposing;
        lock (_disposeLock)
            disposing = _disposing ??= EndAsync();
        await disposing.ConfigureAwait(false);
    }

    private static async ValueTask WriteAsync(ServedWebSocket client, WebSocketOutgoing outgoing)
    {
        if (outgoing.Opcode == Opcode.Close)
            await client.CloseAsync(outgoing.Code, outgoing.Reason, CancellationToken.None).ConfigureAwait(false);
        else
            await outgoing.SendAsync(client.Connection, CancellationToken.None).ConfigureAwait(false);
    }

    private string Needs()
    {
        var needs = new List<string>();
        if (WebSocketCredentials.Of(_profile, _profile.Endpoints[0]).Count > 0)
            needs.Add("the user name and password, or the token, of the profile");
        if (_profile.Values.Get(WebSocketSettings.Origins).Count > 0)
            needs.Add("as web pages an Origin of websocket.origins");
        return needs.Count == 0 ? "no password" : string.Join("; ", needs);
    }

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _disposing) is not null)
            throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.");
    }

    private void List(WebSocketOutgoing outgoing, string? peer) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = Direction.Out,
                Topic = peer ?? "",
                Payload = outgoing.Payload,
                Details =
                    outgoing.Opcode == Opcode.Close
                        ? WebSocketDetails.OfClose(outgoing.Code, peer)
                        : WebSocketDetails.For(peer).Of(outgoing.Opcode, outgoing.Fragments),
            }
        );

    private async Task ServeAsync(Endpoint endpoint, PeerStream peer)
    {
        var address = peer.RemoteEndPoint?.ToString() ?? "unknown address";
        try
        {
            var connection = await UpgradeAsync(endpoint, peer, address).ConfigureAwait(false);
            var client = new ServedWebSocket(peer, connection, _profile, _context);
            await using (client.ConfigureAwait(false))
            {
                _clients.Add(client);
                try
                {
                    await client.RunAsync(_reply, _stop.Token).ConfigureAwait(false);
                    _context.Log.LogDebug(
                        "{Client} has gone: {Status}",
                        client.Name,
                        await connection.Ended.ConfigureAwait(false)
                    );
                }
                finally
                {
                    _clients.Remove(client);
                }
            }
        }
        catch (TransportException exception) when (_stop.IsCancellationRequested || IsLoss(exception))
        {
            // Clients come and go; only what one did wrong is worth a notice.
            _context.Log.LogDebug("{Client} was lost: {Reason}", address, exception.Message);
        }
        catch (TransportException exception)
        {
            throw new TransportException(exception.Kind, $"{address}: {exception.Message}", exception);
        }
    }

    private static bool IsLoss(TransportException exception) =>
        exception.InnerException is not (ProtocolViolation or UpgradeRefusedException)
        && exception.Kind == FailureKind.Lost;

    private async Task<WebSocketConnection> UpgradeAsync(Endpoint endpoint, PeerStream peer, string address)
    {
        var offer = new UpgradeOffer
        {
            Path = endpoint.PathAndQuery.Length == 0 ? null : endpoint.PathAndQuery,
            Subprotocols = _profile.Values.Get(WebSocketSettings.Subprotocols),
            AcceptsCompression = _profile.Values.Get(WebSocketSettings.Compression),
            Authorizations = WebSocketCredentials.Of(_profile, endpoint),
            Origins = _profile.Values.Get(WebSocketSettings.Origins),
        };
        try
        {
            var connection = await WebSocketUpgrade
                .AcceptAsync(peer.Stream, offer, _limits, _context.Time, _stop.Token)
                .ConfigureAwait(false);
            HandshakeRecord.Keep(
                _context,
                Direction.In,
                connection.Upgrade.Request,
                connection.Upgrade.Response,
                address
            );
            return connection;
        }
        catch (TransportException exception) when (exception.InnerException is UpgradeRefusedException refusal)
        {
            HandshakeRecord.Keep(_context, Direction.In, refusal.Request, refusal.Response, address);
            throw;
        }
    }

    private async Task EndAsync()
    {
        // Whoever called holds the lock until the first wait.
        await Task.Yield();
        await Task.WhenAll(
                _clients.All.Select(client =>
                    client.CloseAsync(CloseCodes.GoingAway, "the server stops", CancellationToken.None)
                )
            )
            .ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            await listener.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }
}
