using System.Net;
using TraceMQ.Transport.Security;

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

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
