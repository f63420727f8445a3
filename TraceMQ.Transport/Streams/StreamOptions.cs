using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams;

/// <summary>How the way to a peer, or from one, is made beyond its address.</summary>
internal sealed record StreamOptions
{
    /// <summary>Certificates, keys and what is checked.</summary>
    public required TlsOptions Tls { get; init; }

    /// <summary>The names for the TLS handshake (ALPN, RFC 7301); empty: none.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>What both sides say in the clear before TLS begins (NATS); null: nothing. It must not read past that.</summary>
    public Func<Stream, CancellationToken, Task>? BeforeTls { get; init; }

    /// <summary>The HTTP proxy to connect through; null: none.</summary>
    public Endpoint? Proxy { get; init; }

    /// <summary>What to ask for, or to agree to, where a WebSocket carries the bytes; null where the protocol speaks WebSocket itself, and the stream below is wanted.</summary>
    public WebSocketCarrier? WebSocket { get; init; }
}
