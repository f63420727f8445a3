namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>A message of the peer.</summary>
/// <param name="Opcode">Text or binary.</param>
/// <param name="Payload">Joined and inflated; nobody else holds it, except where the receiver was told that it is borrowed.</param>
/// <param name="Fragments">In how many frames it came; at least 1.</param>
/// <param name="IsCompressed">It came compressed.</param>
internal readonly record struct WebSocketMessage(
    Opcode Opcode,
    ReadOnlyMemory<byte> Payload,
    int Fragments,
    bool IsCompressed
);
