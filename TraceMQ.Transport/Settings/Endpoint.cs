using System.Globalization;

namespace TraceMQ.Transport.Settings;

/// <summary>Where to connect to or listen.</summary>
/// <param name="Scheme">The scheme that the URL means.</param>
/// <param name="Host">A name or an address; an IPv6 address without its brackets.</param>
/// <param name="Port">The port, the scheme's default where the URL has none.</param>
/// <param name="PathAndQuery">What follows, beginning with <c>/</c>; empty where nothing does.</param>
public sealed record Endpoint(UrlScheme Scheme, string Host, int Port, string PathAndQuery)
{
    /// <summary>The user name in the URL; null where there is none.</summary>
    public string? Username { get; init; }

    /// <summary>The password in the URL; null where there is none.</summary>
    public Secret? Password { get; init; }

    /// <summary>Host and port as they are written in a sentence; an IPv6 address in brackets.</summary>
    public string Address =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)
        + ":"
        + Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>The URL without credentials.</summary>
    public override string ToString() => $"{Scheme.Name}://{Address}{PathAndQuery}";
}
