namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What a server agrees to.</summary>
internal sealed record UpgradeOffer
{
    /// <summary>The path that is served, without a query; null: any.</summary>
    public string? Path { get; init; }

    /// <summary>Of these the one is taken that the client names first.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>A client that names none of <see cref="Subprotocols"/> is refused.</summary>
    public bool IsSubprotocolRequired { get; init; }

    /// <summary>permessage-deflate is agreed to where a client offers it.</summary>
    public bool AcceptsCompression { get; init; }

    /// <summary>The values of the Authorization header of which the client has to send one; empty: anybody may connect.</summary>
    public IReadOnlyList<string> Authorizations { get; init; } = [];

    /// <summary>The origins of web pages that may connect (RFC 6454); a client that sends no Origin is no web page. Empty: any.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>How long the client's head may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
