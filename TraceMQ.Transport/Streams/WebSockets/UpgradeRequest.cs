namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What a client asks for.</summary>
internal sealed record UpgradeRequest
{
    /// <summary>The value of the Host header: the name, and the port where it is not the scheme's own.</summary>
    public required string Host { get; init; }

    /// <summary>Begins with <c>/</c>; empty: <c>/</c>.</summary>
    public string PathAndQuery { get; init; } = "/";

    /// <summary>More headers: Origin, Cookie, Authorization. A Host among them takes the place of <see cref="Host"/>.</summary>
    public IReadOnlyList<Header> Headers { get; init; } = [];

    /// <summary>Offered in this order.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>A server that agrees to none of <see cref="Subprotocols"/> is refused.</summary>
    public bool IsSubprotocolRequired { get; init; }

    /// <summary>permessage-deflate is offered.</summary>
    public bool OffersCompression { get; init; }
}
