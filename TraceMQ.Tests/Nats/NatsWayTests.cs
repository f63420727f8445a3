using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.Nats;

/// <summary>TLS, WebSockets, clusters, and servers that are none.</summary>
public sealed class NatsWayTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Fact]
    public async Task TLS_begins_after_the_greeting_and_the_card_shows_the_chain()
    {
        await using var server = await NatsServer.StartAsync(Tls());
        await using var session = await ConnectAsync(
            $"nats+tls://127.0.0.1:{server.Port}",
            ("tls.ca_file", s_files.Ca)
        );

        Assert.Contains(
            session.Facts,
            fact => fact.Label == "encryption" && fact.Value.StartsWith("TLS 1.3", StringComparison.Ordinal)
        );
        var steps = await StepsAsync($"nats+tls://127.0.0.1:{server.Port}", ("tls.ca_file", s_files.Ca));
        Assert.Equal(
            ["TLS files", "name", "TCP", "greeting", "TLS", "NATS handshake"],
            steps.Select(step => step.Name)
        );
        Assert.All(steps, step => Assert.True(step.IsPassed, step.Text));
    }

    [Fact]
    public async Task A_client_certificate_is_shown_where_the_server_wants_one()
    {
        await using var server = await NatsServer.StartAsync(Tls($"ca_file: \"{s_files.Ca}\", verify: true"));
        var url = $"nats+tls://127.0.0.1:{server.Port}";

        await using (
            await ConnectAsync(
                url,
                ("tls.ca_file", s_files.Ca),
                ("tls.certificate_file", s_files.Client.Certificate),
                ("tls.private_key_file", s_files.Client.Key)
            )
        )
        {
            // It is in.
        }

        var without = await FailsAsync(url, ("tls.ca_file", s_files.Ca));
        Assert.Equal(FailureKind.Tls, without.Kind);
        Assert.Contains("client certificate: set tls.certificate_file", without.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_the_servers_TLS_is_said_with_the_scheme_to_write()
    {
        await using var secure = await NatsServer.StartAsync(Tls());
        await using var plain = await NatsServer.StartAsync();

        var wanted = await FailsAsync($"nats://127.0.0.1:{secure.Port}");
        var offered = await FailsAsync($"nats+tls://127.0.0.1:{plain.Port}");
        var unknown = await FailsAsync($"nats+tls://127.0.0.1:{secure.Port}");

        Assert.Contains($"write nats+tls://127.0.0.1:{secure.Port}", wanted.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"offers no TLS, so nothing was sent: write nats://127.0.0.1:{plain.Port}",
            offered.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("authorit", unknown.Message, StringComparison.Ordinal);
        Assert.All([wanted, offered, unknown], failure => Assert.Equal(FailureKind.Tls, failure.Kind));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_WebSocket_carries_it(bool isSecure)
    {
        var port = Mosquitto.FreePort();
        var tls = isSecure
            ? $"tls {{ cert_file: \"{s_files.Server.Certificate}\", key_file: \"{s_files.Server.Key}\" }}"
            : "no_tls: true";
        await using var server = await NatsServer.StartAsync($"websocket {{ host: 127.0.0.1, port: {port}, {tls} }}");
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(
            surroundings,
            $"{(isSecure ? "nats+wss" : "nats+ws")}://127.0.0.1:{port}",
            isSecure ? [("tls.ca_file", s_files.Ca)] : []
        );
        await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);

        await session.PublishAsync(NatsProfiles.Message("a", new string('x', 100_000)), CancellationToken.None);

        Assert.Equal(100_000, (await surroundings.NextInAsync("a")).Payload.Length);
    }

    [Fact]
    public async Task When_a_server_of_the_cluster_dies_another_takes_over_within_a_second()
    {
        await using var cluster = await NatsCluster.StartAsync();
        var surroundings = new Surroundings();
        var events = System.Threading.Channels.Channel.CreateUnbounded<SessionEvent>();
        var profile = NatsProfiles.Of(
            $"nats://127.0.0.1:{cluster[0].Port},nats://127.0.0.1:{cluster[1].Port}",
            ("subscribe", "a")
        );
        await using var supervisor = new SessionSupervisor(
            NatsProfiles.Transport,
            _ => Task.FromResult(profile),
            surroundings.Inbox,
            happened => events.Writer.TryWrite(happened),
            new SupervisorOptions(new ReconnectPolicy()),
            TimeProvider.System,
            surroundings.Log
        );
        supervisor.Start();
        await UntilAsync<SessionEvent.Subscribed>();

        await cluster[0].KillAsync();
        var started = TimeProvider.System.GetTimestamp();
        await UntilAsync<SessionEvent.Subscribed>();
        var elapsed = TimeProvider.System.GetElapsedTime(started);

        Assert.True(elapsed < TimeSpan.FromSeconds(1), $"it took {elapsed.TotalSeconds:0.00} s");
        await using var other = await ConnectAsync($"nats://127.0.0.1:{cluster[2].Port}");
        await other.PublishAsync(NatsProfiles.Message("a", "over there"), CancellationToken.None);
        await surroundings.NextInAsync("a");

        async Task<T> UntilAsync<T>()
            where T : SessionEvent
        {
            using var limit = new CancellationTokenSource(Surroundings.Patience);
            while (true)
            {
                if (await events.Reader.ReadAsync(limit.Token) is T wanted)
                    return wanted;
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "is no NATS server: its first bytes are \"HTTP\"")]
    [InlineData("INFO {\"broken\": \r\n", "its greeting cannot be read")]
    [InlineData("INFO \u0001\u0002\r\n", "its greeting cannot be read")]
    [InlineData("", "closed the connection without a word")]
    [InlineData("INF", "in the middle of its greeting")]
    public async Task A_peer_that_is_no_server_is_told_from_one(string says, string why)
    {
        await using var peer = new ScriptedPeer(
            async (stream, cancellation) =>
            {
                await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(says), cancellation);
            }
        );

        var failure = await FailsAsync($"nats://127.0.0.1:{peer.Port}");

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "MSG a 1 100\r\nonly a part",
        "closed the connection in the middle of a message, of which 91 bytes are missing"
    )]
    [InlineData("MSG a 1 5\r\nhello\r\nMSG a", "closed the connection.")]
    [InlineData("\u0001\u0002 what is this\r\n", "sent a line that is no NATS: \".. what is this\"")]
    [InlineData("MSG a 1 much\r\n", "sent a message without its length: \"MSG a 1 much\"")]
    [InlineData("MSG a 1 99999999999999\r\n", "sent a message of 99,999,999,999,999 bytes")]
    [InlineData("-ERR 'Stale Connection'\r\n", "ended the connection: Stale Connection")]
    public async Task A_server_that_breaks_off_or_breaks_the_protocol_is_lost_with_a_reason(string says, string why)
    {
        await using var peer = new ScriptedPeer(
            async (stream, cancellation) =>
            {
                await stream.WriteAsync(
                    "INFO {\"server_name\":\"x\",\"version\":\"2.9.0\",\"max_payload\":1024,\"headers\":true}\r\n"u8.ToArray(),
                    cancellation
                );
                // Nothing of ours may be left unread, or the end would be a reset.
                var buffer = new byte[4096];
                var text = "";
                var answered = 0;
                while (
                    !text.Contains("SUB a ", StringComparison.Ordinal)
                    || !text.EndsWith("PING\r\n", StringComparison.Ordinal)
                )
                {
                    text += System.Text.Encoding.ASCII.GetString(
                        buffer,
                        0,
                        await stream.ReadAsync(buffer, cancellation)
                    );
                    for (var pings = text.Split("PING").Length - 1; answered < pings; answered++)
                        await stream.WriteAsync("PONG\r\n"u8.ToArray(), cancellation);
                }

                await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(says), cancellation);
            }
        );
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(surroundings, $"nats://127.0.0.1:{peer.Port}");
        var subscribing = session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );

        Assert.Equal(FailureKind.Lost, lost.Kind);
        Assert.Contains(why, lost.Message, StringComparison.Ordinal);
        Assert.False(surroundings.Notices.Reader.TryRead(out var notice), notice?.Text);
        await subscribing.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Surroundings.Patience);
        Assert.True(subscribing.Exception is null or { InnerException: TransportException });
    }

    private static string Tls(string more = "") =>
        $"tls {{ cert_file: \"{s_files.Server.Certificate}\", key_file: \"{s_files.Server.Key}\", {more} }}";

    private static Task<ISession> ConnectAsync(string url, params (string Key, string Value)[] values) =>
        ConnectAsync(new Surroundings(), url, values);

    private static Task<ISession> ConnectAsync(
        Surroundings surroundings,
        string url,
        params (string Key, string Value)[] values
    ) =>
        NatsProfiles.Transport.ConnectAsync(NatsProfiles.Of(url, values), surroundings.Context, CancellationToken.None);

    private static Task<TransportException> FailsAsync(string url, params (string Key, string Value)[] values) =>
        Assert.ThrowsAsync<TransportException>(() => ConnectAsync(url, values).WaitAsync(Surroundings.Patience));

    private static async Task<List<TestStep>> StepsAsync(string url, params (string Key, string Value)[] values)
    {
        var steps = new List<TestStep>();
        var running = NatsProfiles.Transport.TestAsync(
            NatsProfiles.Of(url, values),
            new Surroundings().Context,
            CancellationToken.None
        );
        await foreach (var step in running)
            steps.Add(step);
        return steps;
    }
}
