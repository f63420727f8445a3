using System.Net.Sockets;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.Streams;

/// <summary>Makes the way to a peer: name, proxy, TCP, TLS, WebSocket, whatever its URL asks for. Every protocol over a stream connects here.</summary>
internal static class StreamDialer
{
    /// <summary>Opens a stream.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="steps">Told of each step.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">A step failed; the sentence says why and what to do.</exception>
    public static async Task<PeerStream> OpenAsync(
        Endpoint endpoint,
        StreamOptions options,
        StepLog steps,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var carrier = endpoint.Scheme.Carrier;
        // Before anything else: a profile whose files are wrong cannot work, however long the network takes.
        var tls = carrier.IsSecure ? await LoadAsync(options.Tls, steps).ConfigureAwait(false) : null;
        var tcp = await ConnectAsync(endpoint, options.Proxy, steps, time, cancellationToken).ConfigureAwait(false);
        var way = new PeerStream
        {
            Stream = tcp,
            LocalEndPoint = tcp.Socket.LocalEndPoint,
            RemoteEndPoint = tcp.Socket.RemoteEndPoint,
        };
        if (tls is not null && options.BeforeTls is { } before)
            await BeforeTlsAsync(way, before, steps, cancellationToken).ConfigureAwait(false);
        if (tls is not null)
            way = await SecureAsync(way, tls, endpoint, options, steps, time, cancellationToken).ConfigureAwait(false);
        return carrier.IsWebSocket && options.WebSocket is { } webSocket
            ? await UpgradeAsync(way, endpoint, webSocket, steps, time, cancellationToken).ConfigureAwait(false)
            : way;
    }

    private static Task<TlsClient> LoadAsync(TlsOptions options, StepLog steps)
    {
        string?[] files = [options.CaFile, options.CertificateFile, options.PrivateKeyFile];
        var named = files.OfType<string>().ToList();
        return named.Count == 0
            ? Task.FromResult(TlsClient.Load(options))
            : steps.RunAsync(
                "TLS files",
                () => Task.Run(() => TlsClient.Load(options)),
                _ => $"read {string.Join(", ", named.Select(Path.GetFileName))}"
            );
    }

    private static async Task<NetworkStream> ConnectAsync(
        Endpoint endpoint,
        Endpoint? proxy,
        StepLog steps,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var first = proxy ?? endpoint;
        var addresses = await steps
            .RunAsync(
                "name",
                () => TcpDialer.ResolveAsync(first, time, cancellationToken),
                found => $"{first.Host} is {string.Join(", ", found)}"
            )
            .ConfigureAwait(false);
        var stream = await steps
            .RunAsync(
                "TCP",
                () => TcpDialer.ConnectAsync(first, addresses, time, cancellationToken),
                made => $"connected to {made.Socket.RemoteEndPoint}"
            )
            .ConfigureAwait(false);
        if (proxy is not null)
            await steps
                .RunAsync(
                    "proxy",
                    async () =>
                    {
                        await HttpProxy
                            .ConnectAsync(stream, proxy, endpoint, time, cancellationToken)
                            .ConfigureAwait(false);
                        return stream;
                    },
                    _ => $"{proxy.Address} connected us to {endpoint.Address}"
                )
                .ConfigureAwait(false);
        return stream;
    }

    private static async Task BeforeTlsAsync(
        PeerStream way,
        Func<Stream, CancellationToken, Task> before,
        StepLog steps,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await steps
                .RunAsync(
                    "greeting",
                    async () =>
                    {
                        await before(way.Stream, cancellationToken).ConfigureAwait(false);
                        return true;
                    },
                    _ => "the server greets, and TLS can begin"
                )
                .ConfigureAwait(false);
        }
        catch
        {
            await way.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<PeerStream> SecureAsync(
        PeerStream way,
        TlsClient tls,
        Endpoint endpoint,
        StreamOptions options,
        StepLog steps,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var secure = await steps
            .RunAsync(
                "TLS",
                () =>
                    tls.AuthenticateAsync(way.Stream, endpoint, options.ApplicationProtocols, time, cancellationToken),
                made => made.Peer.Summary(time.GetUtcNow())
            )
            .ConfigureAwait(false);
        return way with { Stream = secure, Tls = secure.Peer };
    }

    private static async Task<PeerStream> UpgradeAsync(
        PeerStream way,
        Endpoint endpoint,
        WebSocketCarrier carrier,
        StepLog steps,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var request = new UpgradeRequest
        {
            Host =
                endpoint.Port == endpoint.Scheme.DefaultPort
                    ? endpoint.Address[..endpoint.Address.LastIndexOf(':')]
                    : endpoint.Address,
            PathAndQuery = endpoint.PathAndQuery.Length == 0 ? carrier.DefaultPath : endpoint.PathAndQuery,
            Headers = carrier.Headers,
            Subprotocols = carrier.Subprotocols,
        };
        var connection = await steps
            .RunAsync(
                "WebSocket",
                () =>
                    WebSocketUpgrade.ConnectAsync(
                        way.Stream,
                        request,
                        WebSocketLimits.Default,
                        time,
                        cancellationToken
                    ),
                made => made.Upgrade.Subprotocol is { } agreed ? $"upgraded, subprotocol {agreed}" : "upgraded"
            )
            .ConfigureAwait(false);
        return way with { Stream = new WebSocketStream(connection), WebSocket = connection.Upgrade };
    }
}
