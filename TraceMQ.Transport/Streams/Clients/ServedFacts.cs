using System.Net;

namespace TraceMQ.Transport.Streams.Clients;

/// <summary>What the card of a server says, whatever it speaks.</summary>
internal static class ServedFacts
{
    /// <summary>Who can reach it.</summary>
    public static Fact OpenTo(IEnumerable<IPEndPoint> listening) =>
        new(
            "open to",
            listening.All(end => IPAddress.IsLoopback(end.Address)) ? "this machine" : "every machine that reaches it"
        );

    /// <summary>How many are there.</summary>
    public static Fact Count(int clients) => new("clients", clients.ToString("N0"));
}
