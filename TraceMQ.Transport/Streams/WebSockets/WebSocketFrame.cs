namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>A frame that was sent or received, as it was on the wire but unmasked.</summary>
/// <param name="Time">When it was whole.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Header">What stood before the payload.</param>
/// <param name="Payload">Without the mask; compressed where <see cref="FrameHeader.Reserved"/> of its message says so. Valid during the call only.</param>
internal readonly record struct WebSocketFrame(
    DateTimeOffset Time,
    Direction Direction,
    FrameHeader Header,
    ReadOnlyMemory<byte> Payload
);
