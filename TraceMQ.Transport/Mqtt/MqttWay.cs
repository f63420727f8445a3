using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>How MQTT gets its stream: TCP, TLS, or a WebSocket over either (MQTT 5.0, 6), through a proxy if there is one.</summary>
internal static class MqttWay
{
    // mosquitto takes any path; others listen at this one.
    private const string DefaultPath = "/mqtt";

    public static StreamOptions Of(Profile profile) =>
        new()
        {
            Tls = TlsOptions.Of(profile),
            WebSocket = new WebSocketCarrier(
                ["mqtt", "mqttv3.1"],
                DefaultPath,
                profile.Values.Get(MqttSettings.WebSocketHeaders)
            ),
            Proxy = ProxySetting.Of(profile, MqttSettings.Proxy),
        };

    /// <summary>What is wrong with the settings of the way.</summary>
    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in TlsRules.Check(profile))
            yield return problem;
        var hasWebSocket = profile.Endpoints.Any(endpoint => endpoint.Scheme.Carrier.IsWebSocket);
        if (profile.Values.Has(MqttSettings.WebSocketHeaders) && !hasWebSocket)
            yield return new SettingProblem(
                MqttSettings.WebSocketHeaders.Key,
                "no address in url uses a WebSocket: leave it out, or use mqtt+ws:// or mqtt+wss://"
            );
        foreach (
            var endpoint in profile.Endpoints.Where(endpoint =>
                !endpoint.Scheme.Carrier.IsWebSocket && endpoint.PathAndQuery is not ("" or "/")
            )
        )
            yield return new SettingProblem(
                CommonSettings.Url.Key,
                $"{endpoint} has a path, and MQTT over TCP has none"
            );
    }
}
