namespace TraceMQ.Transport.Settings;

/// <summary>A URL scheme that means a protocol.</summary>
/// <param name="Name">As in the URL: <c>mqtts</c>.</param>
/// <param name="Carrier">What carries the protocol's bytes.</param>
/// <param name="DefaultPort">The port of a URL that names none; 0 where the scheme has none of its own.</param>
/// <param name="ShortNames">The schemes that mean the same in a profile whose <c>protocol</c> is set: <c>tls</c>, <c>ssl</c>.</param>
public sealed record UrlScheme(string Name, Carrier Carrier, int DefaultPort, IReadOnlyList<string> ShortNames)
{
    /// <summary>A port for examples: the default, where there is one.</summary>
    public int ExamplePort => DefaultPort == 0 ? 9000 : DefaultPort;

    /// <summary>A path for examples, where a URL without one says too little: <c>/hub</c>.</summary>
    public string ExamplePath { get; init; } = "";
}
