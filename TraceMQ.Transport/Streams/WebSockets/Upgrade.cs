namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>An upgrade that succeeded (RFC 6455, section 4).</summary>
/// <param name="Request">The client's head as text, without credentials.</param>
/// <param name="Response">The server's head as text, without credentials.</param>
/// <param name="PathAndQuery">What the client asked for.</param>
/// <param name="Subprotocol">What was agreed; null: none.</param>
/// <param name="Compression">What was agreed; null: none.</param>
/// <param name="Elapsed">From the first byte sent (client) or waited for (server) to the last of the answer.</param>
internal sealed record Upgrade(
    string Request,
    string Response,
    string PathAndQuery,
    string? Subprotocol,
    DeflateParameters? Compression,
    TimeSpan Elapsed
);
