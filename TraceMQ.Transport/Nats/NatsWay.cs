using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Nats;

/// <summary>How NATS gets its stream: TCP, TLS after the server's greeting, or a WebSocket over either.</summary>
internal static class NatsWay
{
    public static IReadOnlyList<UrlScheme> Schemes { get; } =
    [
        new("nats", Carrier.Tcp, 4222, ["tcp"]),
        new("nats+tls", Carrier.Tls, 4222, ["tls", "ssl"]),
        new("nats+ws", Carrier.WebSocket, 80, ["ws"]),
        new("nats+wss", Carrier.SecureWebSocket, 443, ["wss"]),
    ];

    public static StreamOptions Of(Profile profile) =>
        new()
        {
            Tls = TlsOptions.Of(profile),
            // Servers know no subprotocol for it.
            WebSocket = new WebSocketCarrier([], "/", []),
        };

    /// <summary>What is wrong with the settings of the way.</summary>
    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in TlsRules.Check(profile))
            yield return problem;
        foreach (
            var endpoint in profile.Endpoints.Where(endpoint =>
                !endpoint.Scheme.Carrier.IsWebSocket && endpoint.PathAndQuery is not ("" or "/")
            )
        )
            yield return new SettingProblem(
                CommonSettings.Url.Key,
                $"{endpoint} has a path, and NATS over TCP has none"
            );
    }
}
