using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>MQTT over a WebSocket, plain and over TLS, against mosquitto and against our own broker.</summary>
public sealed class MqttWebSocketTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Theory]
    [InlineData("3.1")]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task A_message_goes_round_through_mosquitto(string version)
    {
        await using var broker = await Mosquitto.StartAsync(hasWebSocket: true);

        await GoRoundAsync($"mqtt+ws://127.0.0.1:{broker.WebSocketPort}/any", ("mqtt.version", version));
    }

    [Fact]
    public async Task A_message_goes_round_through_mosquitto_over_tls()
    {
        await using var broker = await Mosquitto.StartAsync(
            hasWebSocket: true,
            more: $"cafile {s_files.Ca}\ncertfile {s_files.Server.Certificate}\nkeyfile {s_files.Server.Key}"
        );

        var facts = await GoRoundAsync($"mqtt+wss://localhost:{broker.WebSocketPort}", ("tls.ca_file", s_files.Ca));

        Assert.Contains(facts, fact => fact.Value == "WebSocket at /mqtt, subprotocol mqtt");
        Assert.Contains(facts, fact => fact.Label == "encryption");
    }

    [Fact]
    public async Task A_message_goes_round_through_our_broker_which_listens_in_four_ways()
    {
        await using var broker = await EmbeddedBroker.StartAsync(
            "mqtt://127.0.0.1:0,mqtts://127.0.0.1:0,mqtt+ws://127.0.0.1:0/mqtt,mqtt+wss://127.0.0.1:0",
            ("tls.certificate_file", s_files.Server.Certificate),
            ("tls.private_key_file", s_files.Server.Key)
        );
        var urls = broker.Session.ListensOn;

        Assert.Equal(4, urls.Count);
        foreach (var url in urls)
            await GoRoundAsync(
                url,
                url.StartsWith("mqtts", StringComparison.Ordinal) || url.Contains("wss", StringComparison.Ordinal)
                    ? [("tls.ca_file", s_files.Ca)]
                    : []
            );
    }

    [Fact]
    public async Task A_path_that_our_broker_does_not_serve_is_refused_on_both_sides()
    {
        await using var broker = await EmbeddedBroker.StartAsync("mqtt+ws://127.0.0.1:0/mqtt");

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            GoRoundAsync($"mqtt+ws://127.0.0.1:{broker.Port}/other")
        );

        Assert.Contains("404", failure.Message, StringComparison.Ordinal);
        var notice = await broker.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        Assert.Equal(NoticeLevel.Warning, notice.Level);
    }

    [Fact]
    public async Task Mqtt_over_tcp_at_a_websocket_port_and_the_reverse_are_named()
    {
        await using var plain = await Mosquitto.StartAsync();
        await using var web = await Mosquitto.StartAsync(hasWebSocket: true);

        var toPlain = await Assert.ThrowsAsync<TransportException>(() =>
            GoRoundAsync($"mqtt+ws://127.0.0.1:{plain.Port}")
        );
        var toWeb = await Assert.ThrowsAsync<TransportException>(() =>
            GoRoundAsync($"mqtt://127.0.0.1:{web.WebSocketPort}")
        );

        Assert.Contains("WebSocket", toPlain.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", toWeb.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt")]
    [InlineData("mqtts")]
    [InlineData("mqtt+wss")]
    public async Task A_message_goes_round_through_a_proxy_and_its_refusal_names_the_proxy(string scheme)
    {
        await using var broker = await EmbeddedBroker.StartAsync(
            $"{scheme}://127.0.0.1:0",
            scheme == "mqtt"
                ? []
                : [("tls.certificate_file", s_files.Server.Certificate), ("tls.private_key_file", s_files.Server.Key)]
        );
        await using var proxy = await Tinyproxy.StartAsync("me", "right");
        var url = $"{scheme}://127.0.0.1:{broker.Port}";
        (string, string)[] trust = scheme == "mqtt" ? [] : [("tls.ca_file", s_files.Ca)];

        await GoRoundAsync(url, [("mqtt.proxy", $"http://me:right@127.0.0.1:{proxy.Port}"), .. trust]);
        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            GoRoundAsync(url, [("mqtt.proxy", $"http://me:wrong@127.0.0.1:{proxy.Port}"), .. trust])
        );

        Assert.Equal(FailureKind.Credentials, refused.Kind);
        Assert.StartsWith($"The proxy 127.0.0.1:{proxy.Port}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Fact>> GoRoundAsync(string url, params (string, string)[] values)
    {
        var surroundings = new Surroundings();
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(url, values),
            surroundings.Context,
            CancellationToken.None
        );
        await session.SubscribeAsync(new Subscription("round"), null, CancellationToken.None);
        var payload = new string('x', 100_000);
        await session.PublishAsync(MqttSessionTests.Message("round", payload, ("qos", 1)), CancellationToken.None);
        Assert.Equal(payload, MqttSessionTests.Text(await surroundings.NextInAsync("round")));
        return session.Facts;
    }
}
