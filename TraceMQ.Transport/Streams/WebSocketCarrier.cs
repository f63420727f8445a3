namespace TraceMQ.Transport.Streams;

/// <summary>How a WebSocket carries a protocol's bytes.</summary>
/// <param name="Subprotocols">The subprotocols of the bytes (RFC 6455, 1.9), the best first: <c>mqtt</c>.</param>
/// <param name="DefaultPath">The path that a client asks for where its URL has none.</param>
/// <param name="Headers">More headers of a client's request; their values may be secret.</param>
internal sealed record WebSocketCarrier(
    IReadOnlyList<string> Subprotocols,
    string DefaultPath,
    IReadOnlyList<Header> Headers
);
