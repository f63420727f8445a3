using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Our broker with npm's mqtt as its client: every version over every carrier.</summary>
public sealed class NpmMqttTests
{
    private const string Password = "s3cret";
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Theory]
    [InlineData("mqtt", "3")]
    [InlineData("mqtt", "4")]
    [InlineData("mqtt", "5")]
    [InlineData("mqtts", "5")]
    [InlineData("mqtt+ws", "4")]
    [InlineData("mqtt+ws", "5")]
    [InlineData("mqtt+wss", "5")]
    public async Task A_client_of_another_make_sends_and_receives(string scheme, string version)
    {
        var isSecure = scheme is "mqtts" or "mqtt+wss";
        await using var broker = await EmbeddedBroker.StartAsync(
            $"{scheme}://127.0.0.1:0",
            [("auth.username", "me"), ("auth.password", Password), .. isSecure ? Certificates : []]
        );
        var url = $"{scheme.Replace("mqtt+", "", StringComparison.Ordinal)}://127.0.0.1:{broker.Port}";
        await using var client = NodePeer.Start(
            "mqtt-client.js",
            [
                url,
                version,
                "username=me",
                $"password={Password}",
                .. isSecure
                    ? (string[])[$"ca={s_files.Ca}", $"cert={s_files.Client.Certificate}", $"key={s_files.Client.Key}"]
                    : [],
            ]
        );
        await client.LineAsync("published");

        var received = await broker.Surroundings.NextInAsync("from/npm");
        Assert.Equal("hello", MqttSessionTests.Text(received));
        Assert.Equal(2, received.Details.Find("qos")?.Number);
        Assert.Equal(version == "5", received.Headers.Contains(new Header("from", "npm")));
        await broker.Session.PublishAsync(MqttSessionTests.Message("news/1", "hi", ("qos", 2)), CancellationToken.None);
        Assert.Equal("news/1 hi 1", await client.LineAsync("message "));
    }

    [Fact]
    public async Task A_client_with_a_wrong_password_or_without_a_certificate_is_refused()
    {
        await using var open = await EmbeddedBroker.StartAsync(("auth.username", "me"), ("auth.password", Password));
        await using var secure = await EmbeddedBroker.StartAsync("mqtts://127.0.0.1:0", Certificates);
        await using var wrong = NodePeer.Start(
            "mqtt-client.js",
            $"mqtt://127.0.0.1:{open.Port}",
            "5",
            "username=me",
            "password=wrong"
        );
        await using var bare = NodePeer.Start(
            "mqtt-client.js",
            $"mqtts://127.0.0.1:{secure.Port}",
            "5",
            $"ca={s_files.Ca}"
        );

        Assert.Contains("Bad", await wrong.LineAsync("failed"), StringComparison.OrdinalIgnoreCase);
        await TraceMQ.Tests.Contracts.Surroundings.UntilAsync(
            () =>
                bare.Output.Contains("failed", StringComparison.Ordinal)
                || bare.Output.Contains("closed", StringComparison.Ordinal),
            "the client without a certificate is refused"
        );
        Assert.DoesNotContain("connected", bare.Output, StringComparison.Ordinal);
    }

    private static (string, string)[] Certificates =>
        [
            ("tls.certificate_file", s_files.Server.Certificate),
            ("tls.private_key_file", s_files.Server.Key),
            ("tls.ca_file", s_files.Ca),
        ];
}
