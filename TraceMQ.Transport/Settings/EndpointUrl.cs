using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TraceMQ.Transport.Settings;

/// <summary>Reads the URLs of endpoints. <see cref="Uri"/> knows neither our schemes nor their lists, and normalises what it should keep.</summary>
public static class EndpointUrl
{
    /// <summary>Reads one URL.</summary>
    /// <param name="url">The text.</param>
    /// <param name="schemes">The schemes that are allowed; their short names are too.</param>
    /// <param name="problem">What is wrong, without the credentials that the URL may hold.</param>
    /// <returns>The endpoint; null where something is wrong.</returns>
    public static Endpoint? Parse(string url, IReadOnlyList<UrlScheme> schemes, out string? problem)
    {
        problem = null;
        var mark = url.IndexOf("://", StringComparison.Ordinal);
        // What stands before may be credentials of a URL in the wrong order, which must not be shown.
        if (mark < 0 || url.AsSpan(0, mark).ContainsAny(":@/ "))
        {
            problem = $"write a URL such as \"{schemes[0].Name}://localhost:{schemes[0].ExamplePort}\"";
            return null;
        }

        var name = url[..mark].ToLowerInvariant();
        var scheme =
            schemes.FirstOrDefault(candidate => candidate.Name == name)
            ?? schemes.FirstOrDefault(candidate => candidate.ShortNames.Contains(name));
        if (scheme is null)
        {
            problem =
                $"\"{name}://\" is not a scheme of this protocol; there {(schemes.Count == 1 ? "is" : "are")} {string.Join(", ", schemes.Select(candidate => candidate.Name + "://"))}";
            return null;
        }

        var rest = url[(mark + 3)..];
        var pathAt = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = pathAt < 0 ? rest : rest[..pathAt];
        var path = pathAt < 0 ? "" : rest[pathAt..];
        var at = authority.LastIndexOf('@');
        var hostAndPort = authority[(at + 1)..];
        problem = SplitHost(scheme, hostAndPort, out var host, out var portText);
        if (problem is not null)
            return null;

        var port = scheme.DefaultPort;
        if (
            portText is not null
            && !(
                int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port)
                && port is >= 0 and <= 65535
            )
        )
        {
            // Anything but digits may be a part of the password, where somebody wrote one with a slash in it.
            problem =
                portText.Length > 0 && portText.All(char.IsAsciiDigit)
                    ? $"\"{portText}\" is no port; it must be from 1 to 65535"
                    : "what follows the colon is no port; it must be from 1 to 65535, and special characters of a password are written as %XX";
            return null;
        }

        return WithCredentials(new Endpoint(scheme, host, port, path), at < 0 ? null : authority[..at]);
    }

    private static Endpoint WithCredentials(Endpoint endpoint, string? userInfo)
    {
        if (userInfo is null)
            return endpoint;
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return endpoint with
        {
            Username = Uri.UnescapeDataString(colon < 0 ? userInfo : userInfo[..colon]),
            Password = colon < 0 ? null : new Secret(Uri.UnescapeDataString(userInfo[(colon + 1)..])),
        };
    }

    private static string? SplitHost(UrlScheme scheme, string text, out string host, out string? port)
    {
        const string NoHost = "the URL has no host name";
        port = null;
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            host = end < 0 ? "" : text[1..end];
            if (end >= 0 && end + 1 < text.Length)
                port = text[end + 1] == ':' ? text[(end + 2)..] : text[(end + 1)..] + "?";
            if (host.Length == 0)
                return NoHost;
            return IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? null
                : "only an IPv6 address stands in brackets";
        }

        var colon = text.LastIndexOf(':');
        host = colon < 0 ? text : text[..colon];
        port = colon < 0 ? null : text[(colon + 1)..];
        if (IPAddress.TryParse(text, out var bare) && bare.AddressFamily == AddressFamily.InterNetworkV6)
            return $"write an IPv6 address in brackets: {scheme.Name}://[{text}]";
        return
            host.Length == 0
            || host.Contains(':', StringComparison.Ordinal)
            || host.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
            ? NoHost
            : null;
    }
}
