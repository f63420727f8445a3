namespace TraceMQ.Transport.Sockets;

/// <summary>The facts that a socket's messages carry.</summary>
internal static class SocketDetails
{
    private static readonly DetailField s_peer = new(
        "peer",
        "peer",
        DetailKind.Text,
        "Which client of our server it is, or which sender of a datagram."
    );

    public static IReadOnlyList<DetailField> All { get; } = [s_peer];

    /// <summary>Of all messages to and from a peer.</summary>
    /// <param name="peer">The client of our server; null as a client.</param>
    public static MessageDetails Of(string? peer) =>
        peer is null ? MessageDetails.Empty : new MessageDetails(new Detail(s_peer, DetailValue.Of(peer)));
}
