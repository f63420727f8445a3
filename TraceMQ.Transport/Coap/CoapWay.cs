using System.Net;
using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Security.Dtls;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Datagrams;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.Coap;

/// <summary>The way to a CoAP server, over whatever its URL says.</summary>
internal static class CoapWay
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public const string WebSocketPath = "/.well-known/coap";

    public static IReadOnlyList<UrlScheme> Schemes { get; } =
    [
        new("coap", Carrier.Udp, 5683, ["udp"]),
        new("coaps", Carrier.Dtls, 5684, ["dtls"]),
        new("coap+tcp", Carrier.Tcp, 5683, ["tcp"]),
        new("coaps+tcp", Carrier.Tls, 5684, ["tls", "ssl"]),
        new("coap+ws", Carrier.WebSocket, 80, ["ws"]),
        new("coaps+ws", Carrier.SecureWebSocket, 443, ["wss"]),
    ];

    /// <summary>The names for TLS (RFC 8323, section 8.2).</summary>
    public static IReadOnlyList<string> ApplicationProtocols { get; } = ["coap"];

    public static IReadOnlyList<string> Subprotocols { get; } = ["coap"];

    /// <summary>Opens the first of the host's addresses that answers.</summary>
    /// <param name="profile">How.</param>
    /// <param name="endpoint">Where to.</param>
    /// <param name="handler">Gets what comes.</param>
    /// <param name="steps">Told of each step.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It failed; the sentence says why and what to do.</exception>
    public static Task<IClientLink> OpenAsync(
        Profile profile,
        Endpoint endpoint,
        Exchanges handler,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        endpoint.Scheme.Carrier is Carrier.Udp or Carrier.Dtls
            ? OpenDatagramsAsync(profile, endpoint, handler, steps, context, cancellationToken)
            : OpenStreamAsync(profile, endpoint, handler, steps, context, cancellationToken);

    private static async Task<IClientLink> OpenDatagramsAsync(
        Profile profile,
        Endpoint endpoint,
        Exchanges handler,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var addresses = await steps
            .RunAsync(
                "name",
                () => TcpDialer.ResolveAsync(endpoint, context.Time, cancellationToken),
                found => string.Join(", ", found)
            )
            .ConfigureAwait(false);
        return endpoint.Scheme.Carrier == Carrier.Dtls
            ? await OpenSecureAsync(profile, endpoint, addresses, handler, steps, context, cancellationToken)
                .ConfigureAwait(false)
            : await steps
                .RunAsync(
                    "UDP",
                    () => OpenFirstAsync(profile, endpoint, addresses, handler, context, cancellationToken),
                    opened => string.Join(", ", opened.Facts.Take(1).Select(fact => $"{fact.Label} {fact.Value}"))
                )
                .ConfigureAwait(false);
    }

    /// <summary>The first address at which a handshake of DTLS comes to its end.</summary>
    private static async Task<IClientLink> OpenSecureAsync(
        Profile profile,
        Endpoint endpoint,
        IReadOnlyList<IPAddress> addresses,
        Exchanges handler,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var options = new DtlsOptions(TlsOptions.Of(profile), CoapSettings.KeyOf(profile));
        for (var i = 0; ; i++)
        {
            try
            {
                var pipe = await DtlsPipe
                    .ConnectAsync(
                        UdpPipe.Open(endpoint, addresses[i]),
                        endpoint,
                        options,
                        steps,
                        context,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return LinkOver(pipe, profile, handler, context);
            }
            catch (TransportException exception) when (exception.Kind == FailureKind.Refused && i + 1 < addresses.Count)
            {
                // Nothing listens at this one.
            }
        }
    }

    private static DatagramLink LinkOver(
        IDatagramPipe pipe,
        Profile profile,
        Exchanges handler,
        SessionContext context
    ) => new(pipe, CoapSettings.Transmission(profile), handler, new LossRates(), context);

    /// <summary>UDP has no handshake: whether something listens at an address shows by a ping.</summary>
    private static async Task<IClientLink> OpenFirstAsync(
        Profile profile,
        Endpoint endpoint,
        IReadOnlyList<IPAddress> addresses,
        Exchanges handler,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var asks = profile.Values.Get(CoapSettings.PingInterval) > TimeSpan.Zero;
        for (var i = 0; ; i++)
        {
            DatagramLink? link = null;
            try
            {
                link = LinkOver(UdpPipe.Open(endpoint, addresses[i]), profile, handler, context);
                if (asks)
                    await KnockAsync(link.Link, endpoint, context, cancellationToken).ConfigureAwait(false);
                return link;
            }
            catch (TransportException exception) when (exception.Kind == FailureKind.Refused && i + 1 < addresses.Count)
            {
                await DropAsync(link).ConfigureAwait(false);
            }
            catch
            {
                await DropAsync(link).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>All the repetitions of a ping take a minute and a half: longer than anybody waits for a connection.</summary>
    private static async Task KnockAsync(
        ICoapLink link,
        Endpoint endpoint,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(s_patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await link.PingAsync(null, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"Nothing came back from {endpoint.Address} within {Quantity.Format(s_patience)}, although it was asked again: check the address, the firewalls on the way, and whether the peer wants DTLS; a device that answers no pings needs coap.ping_interval = \"0s\".",
                exception
            );
        }
    }

    private static async ValueTask DropAsync(DatagramLink? link)
    {
        if (link is null)
            return;
        await link.DisposeAsync().ConfigureAwait(false);
        // The ping has said why already.
        _ = link.Completion.Exception;
    }

    private static async Task<IClientLink> OpenStreamAsync(
        Profile profile,
        Endpoint endpoint,
        Exchanges handler,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var options = new StreamOptions
        {
            Tls = TlsOptions.Of(profile),
            ApplicationProtocols = endpoint.Scheme.Carrier == Carrier.Tls ? ApplicationProtocols : [],
        };
        var peer = await StreamDialer
            .OpenAsync(endpoint, options, steps, context.Time, cancellationToken)
            .ConfigureAwait(false);
        // A frame is a message: the dialer's stream of bytes would lose where one ends.
        IMessageStream messages = endpoint.Scheme.Carrier.IsWebSocket
            ? await steps
                .RunAsync(
                    "WebSocket",
                    () => UpgradeAsync(peer.Stream, endpoint, context, cancellationToken),
                    _ => "upgraded, subprotocol coap"
                )
                .ConfigureAwait(false)
            : new TcpMessages(peer.Stream, StreamLink.MaximumMessage);
        var stream = new StreamLink(messages, handler, new PacketLog(context), context);
        Fact[] facts =
        [
            new Fact("peer", peer.RemoteEndPoint?.ToString() ?? endpoint.Address),
            .. peer.Facts(context.Time.GetUtcNow()),
        ];
        var link = new ClientStream(stream, facts, context);
        try
        {
            return await steps
                .RunAsync(
                    "CoAP",
                    async () =>
                    {
                        await stream.GreetAsync(cancellationToken).ConfigureAwait(false);
                        await stream.WaitForGreetingAsync(cancellationToken).ConfigureAwait(false);
                        return link;
                    },
                    _ => $"{stream.Capabilities.Label} {stream.Capabilities.Value}"
                )
                .ConfigureAwait(false);
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            _ = link.Completion.Exception;
            throw;
        }
    }

    private static async Task<WebSocketMessages> UpgradeAsync(
        Stream stream,
        Endpoint endpoint,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var address = endpoint.Address;
        var request = new UpgradeRequest
        {
            Host = endpoint.Port == endpoint.Scheme.DefaultPort ? address[..address.LastIndexOf(':')] : address,
            PathAndQuery = WebSocketPath,
            Subprotocols = Subprotocols,
            IsSubprotocolRequired = true,
        };
        return new WebSocketMessages(
            await WebSocketUpgrade
                .ConnectAsync(
                    stream,
                    request,
                    WebSocketLimits.Default with
                    {
                        MaxMessage = StreamLink.MaximumMessage,
                    },
                    context.Time,
                    cancellationToken
                )
                .ConfigureAwait(false)
        );
    }
}
