using System.Text;
using CsCheck;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Nats.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Nats.Server;

public sealed class OwnNatsServerContractTests : TransportContract
{
    protected override ITransport Transport => NatsProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("a.>.b");

    protected override Profile ProfileAt(int port) =>
        NatsProfiles.Of(port, ("auth.username", "me"), ("auth.password", Secret));

    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var server = await OwnNatsServer.StartAsync(("auth.username", "me"), ("auth.password", Secret));
        return new OurPeer(server, ProfileAt(server.Port));
    }

    private sealed class OurPeer(OwnNatsServer server, Profile profile) : IContractPeer
    {
        public Profile Profile => profile;

        public async Task KillAsync() => await server.DisposeAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}

public sealed class NatsServerTests
{
    [Fact]
    public async Task What_a_client_sends_is_listed_with_its_address_and_what_we_send_reaches_it()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.SendAsync(
            "CONNECT {\"headers\":true}\r\nSUB to.me 7\r\nHPUB a.b r 21 26\r\nNATS/1.0\r\nunit: C\r\n\r\nhello\r\nPING\r\n"
        );
        await client.UntilAsync("PONG\r\n");

        var received = await server.Surroundings.NextInAsync("a.b");
        Assert.Equal("hello", Text(received));
        Assert.Equal("r", received.Details.Find("reply_to")!.Value.Text);
        Assert.StartsWith("127.0.0.1:", received.Details.Find("peer")!.Value.Text, StringComparison.Ordinal);
        Assert.Equal([new Header("unit", "C")], received.Headers);

        var sent = await server.Session.PublishAsync(NatsProfiles.Message("to.me", "back"), CancellationToken.None);
        var nobody = await server.Session.PublishAsync(NatsProfiles.Message("to.no.one", "x"), CancellationToken.None);
        Assert.Equal(("sent to 1 subscription", "no client subscribes to it"), (sent.Text, nobody.Text));
        await client.UntilAsync("MSG to.me 7 4\r\nback\r\n");
    }

    [Theory]
    [InlineData("HELLO\r\n", "Unknown Protocol Operation")]
    [InlineData("PUB a\r\n", "Parser Error")]
    [InlineData("PUB a -1\r\n", "Parser Error")]
    [InlineData("PUB a 2\r\nabcd", "Parser Error")]
    [InlineData("PUB a 99999999\r\n", "Maximum Payload Violation")]
    [InlineData("HPUB a 9 3\r\n", "Parser Error")]
    [InlineData("CONNECT nonsense\r\n", "Parser Error")]
    [InlineData("SUB a\r\n", "Parser Error")]
    public async Task Whoever_breaks_the_protocol_is_told_how_and_sent_away(string says, string error)
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();

        await client.SendAsync(says);

        Assert.Contains($"-ERR '{error}'", await client.UntilClosedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HELLO\r\n")]
    [InlineData("PUB a 99999999\r\n")]
    [InlineData("CONNECT {\"verbose\":true}\r\nSUB a..b 1\r\nPING\r\n")]
    public async Task The_real_server_says_the_same(string says)
    {
        await using var real = await NatsServer.StartAsync();
        await using var ours = await OwnNatsServer.StartAsync();
        var answers = new List<string>();
        foreach (var port in new[] { real.Port, ours.Port })
        {
            await using var client = await RawNatsClient.OpenAsync(port);
            await client.SendAsync(says);
            answers.Add(await client.UntilAsync("-ERR '") + await client.UntilAsync("\r\n"));
        }

        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_off()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();

        await client.SendAsync("SUB " + new string('x', 10_000));

        Assert.Contains("Maximum Control Line Exceeded", await client.UntilClosedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_clients_get_their_word_and_those_without_echo_not_their_own()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();

        await client.SendAsync("CONNECT {\"verbose\":true,\"echo\":false}\r\nSUB a 1\r\nPUB a 1\r\nx\r\nPING\r\n");

        Assert.Equal("+OK\r\n+OK\r\n+OK\r\nPONG\r\n", await client.UntilAsync("PONG\r\n"));
    }

    [Fact]
    public async Task A_subscription_ends_after_as_many_messages_as_it_wanted()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();

        await client.SendAsync(
            "CONNECT {}\r\nSUB a.* 1\r\nUNSUB 1 2\r\nPUB a.b 1\r\n1\r\nPUB a.b 1\r\n2\r\nPUB a.b 1\r\n3\r\nPING\r\n"
        );

        var seen = await client.UntilAsync("PONG\r\n");
        Assert.Equal("MSG a.b 1 1\r\n1\r\nMSG a.b 1 1\r\n2\r\nPONG\r\n", seen);
    }

    [Fact]
    public async Task A_request_that_nobody_can_answer_is_told_so_and_a_reply_of_ours_answers()
    {
        await using var silent = await OwnNatsServer.StartAsync();
        await using var echo = await OwnNatsServer.StartAsync(("server.reply", "echo"));
        const string Asking =
            "CONNECT {\"headers\":true,\"no_responders\":true}\r\nSUB in 1\r\nPUB ask in 4\r\nwhat\r\nPING\r\n";

        await using var first = await silent.OpenAsync();
        await first.SendAsync(Asking);
        Assert.Equal("HMSG in 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\nPONG\r\n", await first.UntilAsync("PONG\r\n"));
        await using var second = await echo.OpenAsync();
        await second.SendAsync(Asking);
        Assert.Equal("MSG in 1 4\r\nwhat\r\nPONG\r\n", await second.UntilAsync("PONG\r\n"));
    }

    [Fact]
    public async Task We_ask_a_client_and_get_its_reply()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.SendAsync("CONNECT {}\r\nSUB service 1\r\nPING\r\n");
        await client.UntilAsync("PONG\r\n");
        var asking = AskAsync();

        var line = await client.UntilAsync("?\r\n");
        var inbox = line.Split(' ')[3];
        await client.SendAsync($"PUB {inbox} 3\r\nyes\r\n");

        Assert.Equal("yes", await asking.WaitAsync(Surroundings.Patience));

        async Task<string> AskAsync()
        {
            await foreach (
                var reply in server
                    .Session.Feature<IRequests>()!
                    .RequestAsync(
                        NatsProfiles.Message("service", "?"),
                        new RequestOptions(Surroundings.Patience),
                        CancellationToken.None
                    )
            )
                return Text(reply);
            return "";
        }
    }

    [Fact]
    public async Task Without_credentials_nobody_gets_in_and_the_reason_is_said()
    {
        await using var server = await OwnNatsServer.StartAsync(("auth.token", "open-sesame"));

        await using var none = await server.OpenAsync();
        await none.SendAsync("CONNECT {}\r\n");
        Assert.Contains("Authorization Violation", await none.UntilClosedAsync(), StringComparison.Ordinal);
        await using var early = await server.OpenAsync();
        await early.SendAsync("SUB > 1\r\n");
        Assert.Contains("Authorization Violation", await early.UntilClosedAsync(), StringComparison.Ordinal);
        await using var right = await server.OpenAsync();
        await right.SendAsync("CONNECT {\"auth_token\":\"open-sesame\"}\r\nPING\r\n");
        await right.UntilAsync("PONG\r\n");
        Assert.True(server.Surroundings.Notices.Reader.TryRead(out var notice));
        Assert.Contains("was sent away: Authorization Violation", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_sent_away_and_the_others_get_theirs()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var deaf = await server.OpenAsync();
        await deaf.SendAsync("CONNECT {}\r\nSUB flood 1\r\nPING\r\n");
        await deaf.UntilAsync("PONG\r\n");
        await using var good = await server.OpenAsync();
        await good.SendAsync("CONNECT {}\r\nSUB flood.end 1\r\nPING\r\n");
        await good.UntilAsync("PONG\r\n");
        var payload = new string('x', 1 << 20);

        for (var i = 0; i < 40; i++)
            await server.Session.PublishAsync(NatsProfiles.Message("flood", payload), CancellationToken.None);
        await server.Session.PublishAsync(NatsProfiles.Message("flood.end", "done"), CancellationToken.None);

        await good.UntilAsync("done\r\n");
        var notice = await server.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        Assert.Contains("does not read", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_clients_are_nodes_and_can_be_closed()
    {
        await using var server = await OwnNatsServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.SendAsync(
            "CONNECT {\"name\":\"pump\",\"lang\":\"go\",\"version\":\"1.2\"}\r\nSUB a.> 1\r\nPING\r\n"
        );
        await client.UntilAsync("PONG\r\n");
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        await using var nodes = server
            .Session.Feature<IBrowsable>()!
            .ListAsync(null, stop.Token)
            .GetAsyncEnumerator(stop.Token);
        Assert.True(await nodes.MoveNextAsync());
        var node = nodes.Current;

        Assert.Equal(
            ("pump", "go 1.2", "a.>"),
            (node.FactOf("name"), node.FactOf("client"), node.FactOf("subscriptions"))
        );
        Assert.Null(node.SendTo);
        var plan = await server
            .Session.Feature<IBrowsable>()!
            .PlanAsync(node.Path, new ActionCall(node.Actions[0], SettingValues.Empty), stop.Token);
        await server.Session.Feature<IBrowsable>()!.RunAsync(plan, stop.Token);

        await client.UntilClosedAsync();
    }

    [Fact]
    public async Task TLS_WebSockets_and_plain_connections_meet()
    {
        var files = TestCertificates.Shared;
        await using var server = await OwnNatsServer.StartAsync(
            "nats://127.0.0.1:0,nats+tls://127.0.0.1:0,nats+ws://127.0.0.1:0,nats+wss://127.0.0.1:0",
            ("tls.certificate_file", files.Server.Certificate),
            ("tls.private_key_file", files.Server.Key)
        );
        var surroundings = new Surroundings();
        var sessions = new List<ISession>();
        foreach (var url in server.Session.ListensOn)
        {
            var secure =
                url.StartsWith("nats+tls", StringComparison.Ordinal)
                || url.StartsWith("nats+wss", StringComparison.Ordinal);
            sessions.Add(
                await NatsProfiles.Transport.ConnectAsync(
                    NatsProfiles.Of(url, secure ? [("tls.ca_file", files.Ca)] : []),
                    surroundings.Context,
                    CancellationToken.None
                )
            );
        }

        await sessions[0].SubscribeAsync(new Subscription("all"), null, CancellationToken.None);
        for (var i = 0; i < sessions.Count; i++)
        {
            await sessions[i].PublishAsync(NatsProfiles.Message("all", $"{i}"), CancellationToken.None);
            Assert.Equal($"{i}", Text(await surroundings.NextInAsync("all")));
        }

        foreach (var session in sessions)
            await session.DisposeAsync();
    }

    [Fact]
    public void The_index_finds_what_the_wildcards_say()
    {
        var token = Gen.Int[0, 2].Select(at => "abc"[at].ToString());
        var pattern = Gen.Select(Gen.OneOf(token, Gen.Const("*")).Array[1, 4], Gen.Bool)
            .Select((tokens, hasRest) => string.Join('.', hasRest ? [.. tokens, ">"] : tokens));
        Gen.Select(pattern.Array[0, 12], token.Array[1, 5].Select(tokens => string.Join('.', tokens)))
            .Sample(
                (patterns, subject) =>
                {
                    var index = new SubjectIndex();
                    var all = patterns.Select((text, at) => new Listed($"{at}", text)).ToList();
                    all.ForEach(index.Add);
                    var found = new List<ServedSubscription>();
                    index.Match(subject, found);
                    var wanted = all.Where(item => NatsProfiles.Transport.Topics.Matches(item.Subject, subject));
                    Assert.Equal(wanted.Select(item => item.Id).Order(), found.Select(item => item.Id).Order());

                    all.ForEach(index.Remove);
                    found.Clear();
                    index.Match(subject, found);
                    Assert.Empty(found);
                }
            );
    }

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Payload.Span);

    private sealed record Listed(string Number, string Pattern) : ServedSubscription(Number, Pattern, Queue: null)
    {
        public override void Take(in ServedMessage message)
        {
            // It is only looked for.
        }
    }
}
