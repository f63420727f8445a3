using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.Streams;

/// <summary>A byte stream to a peer, whatever carries it, and what is known about the way there. Disposing it closes the connection.</summary>
internal sealed record PeerStream : IAsyncDisposable
{
    /// <summary>The bytes, after TLS and WebSocket were taken off.</summary>
    public required Stream Stream { get; init; }

    /// <summary>Our end of the TCP connection.</summary>
    public required EndPoint? LocalEndPoint { get; init; }

    /// <summary>The peer's end of the TCP connection; a proxy's where there is one.</summary>
    public required EndPoint? RemoteEndPoint { get; init; }

    /// <summary>What the TLS handshake agreed on; null without TLS.</summary>
    public TlsPeer? Tls { get; init; }

    /// <summary>What the WebSocket handshake agreed on; null where none carries the bytes.</summary>
    public Upgrade? WebSocket { get; init; }

    /// <summary>For the connection card.</summary>
    public IEnumerable<Fact> Facts(DateTimeOffset now)
    {
        if (WebSocket is not null)
            yield return new Fact(
                "carried by",
                WebSocket.Subprotocol is null
                    ? $"WebSocket at {WebSocket.PathAndQuery}"
                    : $"WebSocket at {WebSocket.PathAndQuery}, subprotocol {WebSocket.Subprotocol}"
            );
        foreach (var fact in Tls?.Facts(now) ?? [])
            yield return fact;
    }

    /// <summary>Tells the peer that nothing more will be sent; what it sends still comes. Without effect over a WebSocket, which knows no such thing.</summary>
    public async Task EndAsync()
    {
        if (Stream is SecureStream secure)
            await secure.EndAsync().ConfigureAwait(false);
        else if (Stream is NetworkStream network)
            network.Socket.Shutdown(SocketShutdown.Send);
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
