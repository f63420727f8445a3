using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Kafka;

/// <summary>TLS, client certificates and SASL, which the test broker has not, before the front that has.</summary>
public sealed class KafkaSecurityTests : IAsyncLifetime
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;
    private KafkaBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await KafkaBroker.StartAsync("a");

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Theory]
    [InlineData("PLAIN", false)]
    [InlineData("SCRAM-SHA-256", false)]
    [InlineData("SCRAM-SHA-512", false)]
    [InlineData("PLAIN", true)]
    [InlineData("SCRAM-SHA-256", true)]
    public async Task A_user_is_let_in_and_reads_and_writes(string mechanism, bool isSecure)
    {
        await using var front = Front(new SaslGate("me", "s3cret", mechanism), isSecure ? Tls() : null);
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(
            front,
            surroundings,
            [
                ("auth.username", "me"),
                ("auth.password", "s3cret"),
                ("kafka.sasl_mechanism", mechanism),
                .. isSecure ? [("tls.ca_file", s_files.Ca)] : Array.Empty<(string, string)>(),
            ]
        );

        await RoundTripAsync(session, surroundings);
        Assert.Contains(session.Facts, fact => fact.Label == "user" && fact.Value == $"me ({mechanism})");
        Assert.Equal(isSecure, session.Facts.Any(fact => fact.Value.StartsWith("TLS 1.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public async Task A_wrong_password_is_final_and_says_what_to_check(string mechanism)
    {
        await using var front = Front(new SaslGate("me", "right", mechanism));

        var failure = await FailsAsync(
            front,
            ("auth.username", "me"),
            ("auth.password", TransportContract.Secret),
            ("kafka.sasl_mechanism", mechanism)
        );

        Assert.Equal(FailureKind.Credentials, failure.Kind);
        Assert.Contains("refused the user me", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TransportContract.Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mechanism_that_the_broker_has_not_is_told_with_those_it_has()
    {
        await using var front = Front(new SaslGate("me", "right", "SCRAM-SHA-512"));

        var failure = await FailsAsync(front, ("auth.username", "me"), ("auth.password", "right"));

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("does not take PLAIN, but SCRAM-SHA-512", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_wants_a_user_hangs_up_on_nobody()
    {
        await using var front = Front(new SaslGate("me", "right", "PLAIN"));

        var failure = await FailsAsync(front);

        Assert.Equal(FailureKind.Lost, failure.Kind);
        Assert.Contains("auth.username", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_connection_string_of_Event_Hubs_is_the_password()
    {
        const string Part = "SharedAccessKeyName=dev;SharedAccessKey=c2VjcmV0;UseDevelopmentEmulator=true";
        // The string has the port of the front that it opens.
        await using var outer = new KafkaFront(_broker.Port) { Gate = new SaslGate("$ConnectionString", "", "PLAIN") };
        var text = $"Endpoint=sb://127.0.0.1:{outer.Port};{Part}";
        outer.Gate.Password = text;
        var surroundings = new Surroundings();
        await using var session = await KafkaProfiles.Transport.ConnectAsync(
            KafkaProfiles.Of(("kafka.connection_string", text)),
            surroundings.Context,
            CancellationToken.None
        );

        await RoundTripAsync(session, surroundings);
        Assert.DoesNotContain(surroundings.Log.Events, said => said.Contains("c2VjcmV0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("client.both.pem", "")]
    [InlineData("client.p12", TestCertificates.Password)]
    [InlineData("client-chain.pem", "")]
    public async Task A_client_certificate_is_shown_with_its_chain(string file, string password)
    {
        await using var front = Front(gate: null, Tls(isClientAsked: true));
        var surroundings = new Surroundings();
        var values = new List<(string, string)>
        {
            ("tls.ca_file", s_files.Ca),
            ("tls.certificate_file", s_files.PathOf(file)),
        };
        if (password.Length > 0)
            values.Add(("tls.private_key_password", password));
        if (file == "client-chain.pem")
            values.Add(("tls.private_key_file", s_files.ClientWithChain.Key));

        await using var session = await ConnectAsync(front, surroundings, [.. values]);

        await RoundTripAsync(session, surroundings);
    }

    [Fact]
    public async Task A_missing_client_certificate_is_asked_for()
    {
        await using var front = Front(gate: null, Tls(isClientAsked: true));

        var failure = await FailsAsync(front, ("tls.ca_file", s_files.Ca));

        Assert.Contains("tls.certificate_file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_is_not_spoken_to()
    {
        await using var front = Front(gate: null, Tls());

        var failure = await FailsAsync(front, ("tls.ca_file", s_files.OtherCa));

        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Contains("tls.ca_file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_checked_marks_the_connection()
    {
        await using var front = Front(gate: null, Tls());
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(front, surroundings, [("tls.insecure_skip_verify", "true")]);

        await RoundTripAsync(session, surroundings);
        Assert.Contains(session.Facts, fact => fact.Tone == FactTone.Alarm);
    }

    [Fact]
    public async Task A_key_that_does_not_open_is_told_before_anything_is_sent()
    {
        await using var front = Front(gate: null, Tls());

        var failure = await FailsAsync(
            front,
            ("tls.certificate_file", s_files.PathOf("client.p12")),
            ("tls.private_key_password", "wrong")
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Equal(0, front.Connections);
    }

    [Fact]
    public async Task A_test_of_the_connection_tells_a_refused_user_from_a_handshake()
    {
        await using var front = Front(new SaslGate("me", "right", "PLAIN"), Tls());
        var steps = new List<TestStep>();
        await foreach (
            var step in KafkaProfiles.Transport.TestAsync(
                ProfileOf(front, ("tls.ca_file", s_files.Ca), ("auth.username", "me"), ("auth.password", "wrong")),
                new Surroundings().Context,
                CancellationToken.None
            )
        )
            steps.Add(step);

        Assert.Equal(
            ["TLS files", "name", "TCP", "TLS", "Kafka handshake", "authentication"],
            steps.Select(step => step.Name)
        );
        Assert.All(steps.SkipLast(1), step => Assert.True(step.IsPassed, step.Text));
        Assert.Equal(FailureKind.Credentials, steps[^1].Failure);
    }

    private KafkaFront Front(SaslGate? gate, SslServerAuthenticationOptions? tls = null) =>
        new(_broker.Port) { Gate = gate, Tls = tls };

    private static SslServerAuthenticationOptions Tls(bool isClientAsked = false)
    {
        using var pem = X509Certificate2.CreateFromPemFile(s_files.Server.Certificate, s_files.Server.Key);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null),
            ClientCertificateRequired = isClientAsked,
        };
        if (!isClientAsked)
            return options;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(s_files.Ca);
        options.CertificateChainPolicy = policy;
        return options;
    }

    private static Transport.Settings.Profile ProfileOf(KafkaFront front, params (string, string)[] values) =>
        KafkaProfiles.Of([("url", $"{(front.Tls is null ? "kafka" : "kafkas")}://127.0.0.1:{front.Port}"), .. values]);

    private static Task<ISession> ConnectAsync(
        KafkaFront front,
        Surroundings surroundings,
        (string, string)[] values
    ) => KafkaProfiles.Transport.ConnectAsync(ProfileOf(front, values), surroundings.Context, CancellationToken.None);

    private static Task<TransportException> FailsAsync(KafkaFront front, params (string, string)[] values) =>
        Assert.ThrowsAsync<TransportException>(() => ConnectAsync(front, new Surroundings(), values));

    private static async Task RoundTripAsync(ISession session, Surroundings surroundings)
    {
        var subscribed = await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);
        Assert.True(subscribed.IsAccepted, subscribed.Text);
        var sent = await session.PublishAsync(KafkaProfiles.Message("a", "hello"), CancellationToken.None);
        Assert.True(sent.IsAccepted, sent.Text);
        var received = await surroundings.NextInAsync("a");
        Assert.Equal("hello"u8.ToArray(), received.Payload.ToArray());
    }
}
