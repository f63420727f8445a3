using System.Collections.Concurrent;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Serves whoever connects to one address (RFC 8323).</summary>
internal sealed class StreamPeers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ServedPeer, byte> _peers = new();
    private readonly ServedPeers _served;
    private readonly CancellationTokenSource _stop = new();
    private int _isDisposed;

    private StreamPeers(StreamListener listener, ServedPeers served)
    {
        Listener = listener;
        _served = served;
        listener.Accept(ServeAsync);
    }

    public StreamListener Listener { get; }

    public IReadOnlyList<ServedPeer> All => [.. _peers.Keys];

    /// <summary>Binds the address and begins to accept.</summary>
    /// <exception cref="TransportException">It cannot be listened at.</exception>
    public static async Task<StreamPeers> BindAsync(
        Profile profile,
        Endpoint endpoint,
        ServedPeers served,
        CancellationToken cancellationToken
    )
    {
        var options = new StreamOptions
        {
            Tls = TlsOptions.Of(profile),
            ApplicationProtocols = endpoint.Scheme.Carrier == Carrier.Tls ? CoapWay.ApplicationProtocols : [],
        };
        var listener = await StreamListener
            .BindAsync(endpoint, options, served.Context, cancellationToken)
            .ConfigureAwait(false);
        return new StreamPeers(listener, served);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await Listener.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ServeAsync(PeerStream stream)
    {
        var carrier = Listener.Endpoint.Scheme.Carrier;
        var name = stream.RemoteEndPoint?.ToString() ?? "unknown address";
        IMessageStream messages = carrier.IsWebSocket
            ? await UpgradeAsync(stream).ConfigureAwait(false)
            : new TcpMessages(stream.Stream, StreamLink.MaximumMessage);
        var peer = _served.NewPeer(name, carrier.IsWebSocket ? "WebSocket" : stream.Tls?.Version ?? "TCP");
        var link = new StreamLink(messages, peer, new PacketLog(_served.Context, name), _served.Context);
        peer.Link = link;
        _peers[peer] = 0;
        await using (link.ConfigureAwait(false))
        {
            try
            {
                await RunAsync(peer, link).ConfigureAwait(false);
            }
            finally
            {
                _peers.TryRemove(peer, out _);
                _served.Observers.Remove(peer);
            }
        }
    }

    private async Task RunAsync(ServedPeer peer, StreamLink link)
    {
        await link.GreetAsync(_stop.Token).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var running = link.RunAsync(over.Token);
        try
        {
            await link.WaitForGreetingAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (TransportException)
        {
            // Whoever does not greet is not waited for any longer; why, is what the reading says, or this.
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(running).ConfigureAwait(false);
            throw;
        }

        var reason = await running.ConfigureAwait(false);
        // Clients come and go; only what one did wrong is worth a word.
        if (reason.Kind == FailureKind.NotThisProtocol)
            throw new TransportException(reason.Kind, $"{peer.Name} was closed: {reason.Message}", reason);
    }

    private async Task<WebSocketMessages> UpgradeAsync(PeerStream stream) =>
        new(
            await WebSocketUpgrade
                .AcceptAsync(
                    stream.Stream,
                    new UpgradeOffer
                    {
                        Path = CoapWay.WebSocketPath,
                        Subprotocols = CoapWay.Subprotocols,
                        IsSubprotocolRequired = true,
                    },
                    WebSocketLimits.Default with
                    {
                        MaxMessage = StreamLink.MaximumMessage,
                    },
                    _served.Context.Time,
                    _stop.Token
                )
                .ConfigureAwait(false)
        );
}
