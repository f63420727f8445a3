using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>MQTT over TLS against a real mosquitto, and each way to fail as the user reads it.</summary>
public sealed class MqttTlsTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Theory]
    [InlineData("1.2")]
    [InlineData("1.3")]
    public async Task A_message_goes_round_over_tls_and_the_card_shows_the_chain(string version)
    {
        await using var broker = await StartAsync(s_files.ServerWithChain);
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(
            broker.Port,
            surroundings,
            ("tls.ca_file", s_files.Ca),
            ("tls.min_version", version)
        );
        await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);

        await session.PublishAsync(MqttSessionTests.Message("a", "hello"), CancellationToken.None);

        Assert.Equal("hello", MqttSessionTests.Text(await surroundings.NextInAsync("a")));
        var facts = session.Facts.Select(fact => $"{fact.Label}: {fact.Value}").ToList();
        Assert.Contains(facts, fact => fact.StartsWith("encryption: TLS 1.3, ", StringComparison.Ordinal));
        Assert.Contains(facts, fact => fact.StartsWith("issued by: Test Root, valid for", StringComparison.Ordinal));
        Assert.DoesNotContain(session.Facts, fact => fact.Tone == FactTone.Alarm);
    }

    [Fact]
    public async Task A_client_certificate_names_the_user()
    {
        await using var broker = await StartAsync(s_files.Server, MutualTls);

        await using var session = await ConnectAsync(
            broker.Port,
            new Surroundings(),
            ("tls.ca_file", s_files.Ca),
            ("tls.certificate_file", s_files.Client.Certificate),
            ("tls.private_key_file", s_files.Client.Key)
        );

        Assert.False(session.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(
        "unknown authority",
        "tls.ca_file",
        "other-ca.pem",
        "which is not among the authorities in tls.ca_file"
    )]
    [InlineData("no certificate", "", "", "client certificate: set tls.certificate_file")]
    [InlineData("of another authority", "tls.certificate_file", "client-other.pem", "our certificate")]
    public async Task A_handshake_that_fails_says_why_and_what_to_do(string what, string key, string file, string words)
    {
        Assert.NotEmpty(what);
        await using var broker = await StartAsync(s_files.Server, MutualTls);
        List<(string, string)> values = [("tls.ca_file", s_files.Ca)];
        if (key == "tls.ca_file")
            values.Clear();
        if (key.Length > 0)
            values.Add((key, s_files.PathOf(file)));
        if (key == "tls.certificate_file")
            values.Add(("tls.private_key_file", s_files.ClientOfOtherCa.Key));

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(broker.Port, new Surroundings(), [.. values])
        );

        Assert.True(failure.Message.Contains(words, StringComparison.Ordinal), failure.ToString());
        Assert.Equal(FailureKind.Tls, failure.Kind);
    }

    [Fact]
    public async Task A_skipped_check_connects_and_raises_an_alarm()
    {
        await using var broker = await StartAsync(s_files.ServerSelfSigned);

        await using var session = await ConnectAsync(
            broker.Port,
            new Surroundings(),
            ("tls.insecure_skip_verify", "true")
        );

        Assert.Contains(session.Facts, fact => fact.Tone == FactTone.Alarm);
    }

    [Fact]
    public async Task A_plain_broker_on_a_tls_url_and_the_reverse_are_named()
    {
        await using var plain = await Mosquitto.StartAsync();
        await using var secure = await StartAsync(s_files.Server);

        var toPlain = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(plain.Port, new Surroundings(), ("tls.ca_file", s_files.Ca))
        );
        var toSecure = await Assert.ThrowsAsync<TransportException>(() =>
            MqttProfiles.Transport.ConnectAsync(
                MqttProfiles.Of(secure.Port),
                new Surroundings().Context,
                CancellationToken.None
            )
        );

        Assert.Contains("TLS", toPlain.Message, StringComparison.Ordinal);
        Assert.Contains("TLS", toSecure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_the_connection_tells_each_step()
    {
        await using var broker = await StartAsync(s_files.Server);
        var profile = MqttProfiles.Of($"mqtts://localhost:{broker.Port}", ("tls.ca_file", s_files.Ca));

        var steps = new List<TestStep>();
        await foreach (
            var step in MqttProfiles.Transport.TestAsync(profile, new Surroundings().Context, CancellationToken.None)
        )
            steps.Add(step);

        Assert.Equal(
            ["TLS files", "name", "TCP", "TLS", "MQTT handshake", "authentication"],
            steps.Select(step => step.Name)
        );
        Assert.All(steps, step => Assert.True(step.IsPassed, step.Text));
    }

    [Fact]
    public async Task Our_broker_serves_over_tls_and_asks_for_client_certificates()
    {
        await using var broker = await EmbeddedBroker.StartAsync(
            "mqtts://127.0.0.1:0",
            ("tls.certificate_file", s_files.ServerWithChain.Certificate),
            ("tls.private_key_file", s_files.ServerWithChain.Key),
            ("tls.ca_file", s_files.Ca)
        );

        await using var session = await ConnectAsync(
            broker.Port,
            new Surroundings(),
            ("tls.ca_file", s_files.Ca),
            ("tls.certificate_file", s_files.Client.Certificate),
            ("tls.private_key_file", s_files.Client.Key)
        );
        await session.PublishAsync(MqttSessionTests.Message("a", "hello"), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(broker.Port, new Surroundings(), ("tls.ca_file", s_files.Ca))
        );

        Assert.Equal("hello", MqttSessionTests.Text(await broker.Surroundings.NextInAsync("a")));
        Assert.Contains("client certificate", refused.Message, StringComparison.Ordinal);
        var notice = await broker.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        Assert.Contains("no client certificate", notice.Text, StringComparison.Ordinal);
    }

    private static string MutualTls => "require_certificate true\nuse_identity_as_username true";

    private static Task<Mosquitto> StartAsync(CertificatePair server, string more = "") =>
        Mosquitto.StartAsync(more: $"cafile {s_files.Ca}\ncertfile {server.Certificate}\nkeyfile {server.Key}\n{more}");

    private static Task<ISession> ConnectAsync(int port, Surroundings surroundings, params (string, string)[] values) =>
        MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of($"mqtts://127.0.0.1:{port}", values),
            surroundings.Context,
            CancellationToken.None
        );
}
