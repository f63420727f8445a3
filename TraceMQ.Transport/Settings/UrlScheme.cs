namespace TraceMQ.Transport.Settings;

/// <summary>A URL scheme that means a protocol.</summary>
/// <param name="Name">As in the URL: <c>mqtts</c>.</param>
/// <param name="Carrier">What carries the protocol's bytes.</param>
/// <param name="DefaultPort">The port of a URL that names none.</param>
/// <param name="ShortName">The scheme that means the same in a profile whose <c>protocol</c> is set: <c>tls</c>; null where there is none.</param>
public sealed record UrlScheme(string Name, Carrier Carrier, int DefaultPort, string? ShortName);
