using TraceMQ.Transport.Security;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>The way to a WebSocket server: the stream, the upgrade, and where the server sends us instead.</summary>
internal sealed class WebSocketWay
{
    private const int MaximumRedirects = 5;

    private readonly Profile _profile;
    private readonly SessionContext _context;
    private readonly StepLog _steps;

    private WebSocketWay(Profile profile, SessionContext context, StepLog steps)
    {
        _profile = profile;
        _context = context;
        _steps = steps;
    }

    public static IReadOnlyList<UrlScheme> Schemes { get; } =
    [new("ws", Carrier.WebSocket, 80, []), new("wss", Carrier.SecureWebSocket, 443, [])];

    /// <summary>What a peer of this profile may cost.</summary>
    public static WebSocketLimits Limits(Profile profile) =>
        WebSocketLimits.Default with
        {
            MaxMessage = (int)profile.Values.Get(WebSocketSettings.MaxMessage),
        };

    /// <summary>Connects, over redirects where they are followed.</summary>
    /// <param name="profile">How.</param>
    /// <param name="endpoint">Where to.</param>
    /// <param name="steps">Told of each step.</param>
    /// <param name="context">The handshake is kept in its wire log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It failed; the sentence says why and what to do.</exception>
    public static async Task<WebSocketArrival> OpenAsync(
        Profile profile,
        Endpoint endpoint,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var way = new WebSocketWay(profile, context, steps);
        var target = endpoint;
        for (var followed = 0; ; followed++)
        {
            var isOwn = IsSame(endpoint, target);
            var (arrival, next) = await way.TryAsync(target, isOwn, followed, cancellationToken).ConfigureAwait(false);
            if (arrival is not null)
                return arrival;
            context.Notices.TryWrite(
                new Notice(NoticeLevel.Information, $"{target} redirects to {next}, which is followed.")
            );
            target = next!;
        }
    }

    /// <summary>One host, port and encryption: whatever else a URL says, credentials for one are good for the other.</summary>
    private static bool IsSame(Endpoint one, Endpoint other) =>
        one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase)
        && one.Port == other.Port
        && one.Scheme.Carrier == other.Scheme.Carrier;

    private async Task<(WebSocketArrival? Arrival, Endpoint? Next)> TryAsync(
        Endpoint target,
        bool isOwn,
        int followed,
        CancellationToken cancellationToken
    )
    {
        var tls = TlsOptions.Of(_profile);
        var options = new StreamOptions
        {
            // Another host shows a certificate of its own name, and has no business with ours.
            Tls = isOwn
                ? tls
                : tls with
                {
                    ServerName = null,
                    CertificateFile = null,
                    PrivateKeyFile = null,
                    PrivateKeyPassword = null,
                },
            Proxy = ProxySetting.Of(_profile, WebSocketSettings.Proxy),
        };
        var peer = await StreamDialer
            .OpenAsync(target, options, _steps, _context.Time, cancellationToken)
            .ConfigureAwait(false);
        return await _steps
            .RunAsync(
                "WebSocket",
                () => UpgradeAsync(peer, target, isOwn, followed, cancellationToken),
                made => made.Arrival is { } arrival ? Words(arrival.Connection.Upgrade) : $"redirected to {made.Next}"
            )
            .ConfigureAwait(false);
    }

    private async Task<(WebSocketArrival? Arrival, Endpoint? Next)> UpgradeAsync(
        PeerStream peer,
        Endpoint target,
        bool isOwn,
        int followed,
        CancellationToken cancellationToken
    )
    {
        var request = Request(target, isOwn);
        try
        {
            var connection = await WebSocketUpgrade
                .ConnectAsync(peer.Stream, request, Limits(_profile), _context.Time, cancellationToken)
                .ConfigureAwait(false);
            var upgrade = connection.Upgrade;
            HandshakeRecord.Keep(_context, Direction.Out, upgrade.Request, upgrade.Response, target.Address);
            return (new WebSocketArrival(connection, peer, target, isOwn), null);
        }
        catch (TransportException exception) when (exception.InnerException is UpgradeRefusedException refusal)
        {
            HandshakeRecord.Keep(_context, Direction.Out, refusal.Request, refusal.Response, target.Address);
            var isFollowed =
                _profile.Values.Get(WebSocketSettings.FollowRedirects)
                && refusal is { Status: 301 or 302 or 303 or 307 or 308, Location: not null };
            if (!isFollowed)
                throw;
            if (followed == MaximumRedirects)
                throw new TransportException(
                    FailureKind.NotThisProtocol,
                    $"The server redirects in a circle, or over more than {MaximumRedirects} places: use the URL of the last one.",
                    refusal
                );
            return (null, Redirection.Resolve(target, refusal.Location!, Schemes));
        }
    }

    private UpgradeRequest Request(Endpoint target, bool isOwn)
    {
        var headers = new List<Header>();
        if (isOwn)
        {
            headers.AddRange(_profile.Values.Get(WebSocketSettings.Headers));
            headers.AddRange(
                WebSocketCredentials.Of(_profile, target).Select(value => new Header("Authorization", value))
            );
        }

        var address = target.Address;
        return new UpgradeRequest
        {
            Host = target.Port == target.Scheme.DefaultPort ? address[..address.LastIndexOf(':')] : address,
            PathAndQuery = target.PathAndQuery,
            Headers = headers,
            Subprotocols = _profile.Values.Get(WebSocketSettings.Subprotocols),
            OffersCompression = _profile.Values.Get(WebSocketSettings.Compression),
        };
    }

    private static string Words(Upgrade upgrade) =>
        string.Join(
            ", ",
            new[]
            {
                "upgraded",
                upgrade.Subprotocol is { } agreed ? $"subprotocol {agreed}" : null,
                upgrade.Compression is null ? null : "compressed",
            }.OfType<string>()
        );
}
