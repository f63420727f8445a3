using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.WebSocket;

/// <summary>Where a Location header leads (RFC 9110, section 10.2.2).</summary>
internal static class Redirection
{
    /// <summary>The address that a redirect means.</summary>
    /// <param name="origin">Who redirects.</param>
    /// <param name="location">What it says; untrusted.</param>
    /// <param name="schemes">Those of WebSocket.</param>
    /// <exception cref="TransportException">It leads nowhere that may be gone to.</exception>
    public static Endpoint Resolve(Endpoint origin, string location, IReadOnlyList<UrlScheme> schemes)
    {
        var fragment = location.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
            location = location[..fragment];
        var next =
            location.Contains("://", StringComparison.Ordinal) && !location.StartsWith('/') && !location.StartsWith('?')
                ? EndpointUrl.Parse(location, [.. schemes.Select(WithHttp)], out _)
            : location.StartsWith("//", StringComparison.Ordinal)
                ? EndpointUrl.Parse($"{origin.Scheme.Name}:{location}", schemes, out _)
            : origin with { PathAndQuery = PathOf(origin.PathAndQuery, location) };
        if (next is null)
            throw new TransportException(
                FailureKind.NotThisProtocol,
                $"The server redirects to \"{HttpRedaction.ShowUrl(location)}\", which is no address of a WebSocket: check the URL."
            );
        if (origin.Scheme.Carrier.IsSecure && !next.Scheme.Carrier.IsSecure)
            throw new TransportException(
                FailureKind.NotThisProtocol,
                $"The server redirects from TLS to {next.Scheme.Name}://{next.Address}, which everybody on the way can read: this is not followed; use that URL if you mean it."
            );
        // What the server writes there is none of our credentials, and must not become them.
        return next with
        {
            Scheme = schemes.First(scheme => scheme.Carrier == next.Scheme.Carrier),
            Username = null,
            Password = null,
        };
    }

    private static UrlScheme WithHttp(UrlScheme scheme) =>
        scheme with
        {
            ShortNames = [scheme.Carrier.IsSecure ? "https" : "http"],
        };

    private static string PathOf(string path, string location)
    {
        if (location.StartsWith('/'))
            return location;
        var query = path.IndexOf('?', StringComparison.Ordinal);
        path = query < 0 ? path : path[..query];
        if (location.Length == 0 || location.StartsWith('?'))
            return path + location;
        return
            string.Concat(path.AsSpan(0, path.LastIndexOf('/') + 1), location) is var joined && joined.StartsWith('/')
            ? joined
            : "/" + joined;
    }
}
