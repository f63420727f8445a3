using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams;

/// <summary>The HTTP proxy of a profile, which every protocol over a stream can have.</summary>
internal static class ProxySetting
{
    private static readonly UrlScheme s_http = new("http", Carrier.Tcp, 3128, []);

    /// <summary>The setting under a protocol's name for it.</summary>
    public static Setting<string> Named(string key) =>
        Setting.Text(
            key,
            "The HTTP proxy to connect through: http://user@host:3128; empty: none.",
            check: url =>
            {
                string? problem = null;
                return url.Length == 0 || EndpointUrl.Parse(url, [s_http], out problem) is not null ? null : problem;
            }
        );

    /// <summary>The proxy of a profile; null where it has none.</summary>
    public static Endpoint? Of(Profile profile, Setting<string> setting)
    {
        var url = profile.Values.Get(setting);
        return url.Length == 0 ? null : EndpointUrl.Parse(url, [s_http], out _);
    }
}
