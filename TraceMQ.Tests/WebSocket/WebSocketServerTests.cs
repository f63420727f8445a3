using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.WebSocket;

/// <summary>A WebSocket server: who is there, what each gets, who is not let in, and that nobody hurts the others.</summary>
public sealed class WebSocketServerTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Fact]
    public async Task Clients_over_both_carriers_are_told_apart_answered_and_sent_to()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0/live,wss://127.0.0.1:0",
            ("tls.certificate_file", s_files.Server.Certificate),
            ("tls.private_key_file", s_files.Server.Key),
            ("server.reply", "fixed"),
            ("server.reply_payload", "thank you")
        );
        var (one, two) = (new Surroundings(), new Surroundings());
        await using var first = await ConnectAsync(server.Session.ListensOn[0], one);
        await using var second = await ConnectAsync(server.Session.ListensOn[1], two, ("tls.ca_file", s_files.Ca));

        await first.PublishAsync(WebSocketProfiles.Message("1"), CancellationToken.None);
        var came = await server.Surroundings.NextInAsync();
        Assert.Equal(came.Topic, came.Details.Find("peer")!.Value.Text);
        var answered = await server.Surroundings.NextAsync(message => message.Direction == Direction.Out);
        Assert.Equal((came.Topic, "thank you"), (answered.Topic, Text(answered)));
        Assert.Equal("thank you", Text(await one.NextInAsync()));

        // The other one may not be noted yet: its handshake ends on its own side first.
        await Surroundings.UntilAsync(
            () => server.Session.Facts.Single(fact => fact.Label == "clients").Value == "2",
            "both clients"
        );
        var alone = await SendAsync(server, "only you", came.Topic);
        var all = await SendAsync(server, "to all", "");
        var nobody = await SendAsync(server, "x", "192.0.2.1:5");
        Assert.Equal("sent to 1 client", alone.Text);
        Assert.Equal("sent to 2 clients", all.Text);
        Assert.False(nobody.IsAccepted);
        Assert.Equal("only you", Text(await one.NextInAsync()));
        Assert.Equal("to all", Text(await one.NextInAsync()));
        Assert.Equal("to all", Text(await two.NextInAsync()));
        Assert.Contains(second.Facts, fact => fact.Label == "encryption");
    }

    [Fact]
    public async Task Clients_are_nodes_with_what_was_agreed_and_are_closed_with_a_code()
    {
        await using var server = await OwnServer.StartAsync("ws://127.0.0.1:0", ("websocket.subprotocols", "v1.chat"));
        var browser = server.Session.Feature<IBrowsable>()!;
        await using var client = await ConnectAsync(
            server.Url + "/room?x",
            new Surroundings(),
            ("websocket.subprotocols", "v1.chat")
        );
        await client.PublishAsync(WebSocketProfiles.Message("12345"), CancellationToken.None);
        var name = (await server.Surroundings.NextInAsync()).Topic;
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        await using var nodes = browser.ListAsync(parent: null, patience.Token).GetAsyncEnumerator();

        Assert.True(await nodes.MoveNextAsync());
        var node = nodes.Current;
        Assert.Equal((name, name), (node.Name, node.SendTo!.Topic));
        Assert.Equal("1 · 5 B", Fact(node, "sends"));
        Assert.Equal(("/room?x", "v1.chat"), (Fact(node, "path"), Fact(node, "subprotocol")));
        var close = node.Actions.Single();
        var values = SettingValues.Empty;
        foreach (var (key, value) in new[] { ("close_code", "4009"), ("close_reason", "closing time") })
        {
            var setting = close.Settings.Single(item => item.Key == key);
            Assert.True(setting.TryParse(new RawValue.Text(value, IsUntyped: true), out var parsed, out _));
            values = values.WithObject(setting, parsed);
        }

        var plan = await browser.PlanAsync(node.Path, new ActionCall(close, values), CancellationToken.None);
        Assert.True((await browser.RunAsync(plan, CancellationToken.None)).IsDone);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            client.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains("a code of the application (4009): closing time", failure.Message, StringComparison.Ordinal);
        while (!nodes.Current.IsGone)
            Assert.True(await nodes.MoveNextAsync());
        Assert.False((await browser.RunAsync(plan, CancellationToken.None)).IsDone);
    }

    [Theory]
    [InlineData("", FailureKind.Credentials, "The server wants credentials (401 Unauthorized; it asks for Basic)")]
    [InlineData("auth.username=me auth.password=wrong", FailureKind.Credentials, "refused the credentials")]
    [InlineData("auth.token=wrong", FailureKind.Credentials, "refused the credentials")]
    [InlineData(
        "auth.username=me auth.password=right websocket.headers=Origin=https://evil.example",
        FailureKind.Permission,
        "the Origin header"
    )]
    public async Task Who_is_not_let_in_is_told_why_and_so_is_the_server(
        string settings,
        FailureKind kind,
        string words
    )
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("auth.username", "me"),
            ("auth.password", "right"),
            ("auth.token", "t0ken"),
            ("websocket.origins", "https://good.example")
        );

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(server.Url, new Surroundings(), Pairs(settings))
        );

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        var notice = await server.Surroundings.NoticeAsync("A client was refused");
        Assert.DoesNotContain("right", notice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth.username=me auth.password=right")]
    [InlineData("auth.token=t0ken")]
    [InlineData("auth.token=t0ken websocket.headers=Origin=https://good.example")]
    public async Task Who_shows_what_is_asked_for_is_let_in(string settings)
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("auth.username", "me"),
            ("auth.password", "right"),
            ("auth.token", "t0ken"),
            ("websocket.origins", "https://good.example")
        );

        await using var session = await ConnectAsync(server.Url, new Surroundings(), Pairs(settings));

        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_and_the_others_get_everything()
    {
        await using var server = await OwnServer.StartAsync();
        using var deaf = await RawClientAsync(server.Port);
        var own = new Surroundings();
        await using var client = await ConnectAsync(server.Url, own, ("websocket.compression", "false"));
        await Surroundings.UntilAsync(() => Clients(server) == 2, "both are there");
        var payload = new string('x', 100_000);

        var sent = 0;
        while (Clients(server) == 2)
        {
            await SendAsync(server, payload, "");
            Assert.True(++sent < 2_000, "it is still there");
        }

        await server.Surroundings.NoticeAsync("does not read what is sent to it, and was closed");
        for (var i = 0; i < sent; i++)
            Assert.Equal(payload.Length, (await own.NextInAsync()).Payload.Length);
    }

    [Fact]
    public async Task A_client_that_asks_and_does_not_read_keeps_only_itself_waiting()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("server.reply", "echo"),
            ("websocket.compression", "false")
        );
        using var greedy = await RawClientAsync(server.Port);
        var frame = Frame(new byte[60_000]);
        using var stop = new CancellationTokenSource();
        var flooding = FloodAsync(greedy, frame, stop.Token);
        await Surroundings.UntilAsync(() => server.Surroundings.Inbox.Received > 50, "it floods");
        var own = new Surroundings();

        await using var client = await ConnectAsync(server.Url, own);
        for (var i = 0; i < 100; i++)
        {
            await client.PublishAsync(WebSocketProfiles.Message("still quick?"), CancellationToken.None);
            await own.NextInAsync();
        }

        await stop.CancelAsync();
        await flooding;
    }

    [Fact]
    public async Task A_thousand_clients_at_once_each_get_what_is_sent_to_all_and_can_all_send()
    {
        const int Many = 1_000;
        await using var server = await OwnServer.StartAsync("ws://127.0.0.1:0", ("websocket.ping_interval", "0s"));
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Many; i++)
                clients.Add(await RawClientAsync(server.Port));
            await Surroundings.UntilAsync(() => Clients(server) == Many, "all are there");

            var result = await SendAsync(server, "to all", "");

            Assert.StartsWith("sent to", result.Text, StringComparison.Ordinal);
            byte[] expected = [0x81, 6, .. "to all"u8];
            using var patience = new CancellationTokenSource(Surroundings.Patience);
            foreach (var client in clients)
            {
                var got = new byte[expected.Length];
                await client.GetStream().ReadExactlyAsync(got, patience.Token);
                Assert.Equal(expected, got);
                await client.GetStream().WriteAsync(Frame("here"u8.ToArray()), patience.Token);
            }

            for (var i = 0; i < Many; i++)
                Assert.Equal("here", Text(await server.Surroundings.NextInAsync()));
            Assert.Equal(Many, server.Surroundings.Inbox.Received);
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }

        await Surroundings.UntilAsync(() => Clients(server) == 0, "all are gone");
    }

    [Fact]
    public async Task A_client_that_does_not_finish_its_handshake_is_disconnected()
    {
        var time = new FakeTimeProvider();
        await using var server = await OwnServer.StartAsync(time, "ws://127.0.0.1:0");
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, server.Port);
        await slow.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n"u8.ToArray());
        var ending = slow.GetStream().ReadAsync(new byte[1]).AsTask();

        while (!ending.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        Assert.Equal(0, await ending);
        await server.Surroundings.NoticeAsync("did not finish the WebSocket handshake within 5s");
    }

    [Fact]
    public async Task A_server_over_tls_is_reached_through_a_proxy_whose_refusal_is_told()
    {
        await using var server = await OwnServer.StartAsync(
            "wss://127.0.0.1:0",
            ("tls.certificate_file", s_files.Server.Certificate),
            ("tls.private_key_file", s_files.Server.Key),
            ("server.reply", "echo")
        );
        await using var proxy = await Tinyproxy.StartAsync("me", "right");
        var own = new Surroundings();

        await using var session = await ConnectAsync(
            server.Url,
            own,
            ("tls.ca_file", s_files.Ca),
            ("websocket.proxy", $"http://me:right@127.0.0.1:{proxy.Port}")
        );
        await session.PublishAsync(WebSocketProfiles.Message("through"), CancellationToken.None);
        Assert.Equal("through", Text(await own.NextInAsync()));
        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(
                server.Url,
                own,
                ("tls.ca_file", s_files.Ca),
                ("websocket.proxy", $"http://me:wrong@127.0.0.1:{proxy.Port}")
            )
        );
        Assert.Equal(FailureKind.Credentials, refused.Kind);
        Assert.StartsWith("The proxy", refused.Message, StringComparison.Ordinal);
        var untrusted = await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(server.Url, own));
        Assert.Equal(FailureKind.Tls, untrusted.Kind);
    }

    [Fact]
    public async Task A_test_of_a_connection_passes_name_tcp_and_websocket_and_says_what_was_agreed()
    {
        await using var server = await OwnServer.StartAsync("ws://127.0.0.1:0", ("websocket.subprotocols", "v1.chat"));
        var steps = new List<TestStep>();

        await foreach (
            var step in WebSocketProfiles.Transport.TestAsync(
                WebSocketProfiles.Of(
                    server.Url,
                    ("websocket.subprotocols", "v1.chat"),
                    ("websocket.preamble", "never")
                ),
                new Surroundings().Context,
                CancellationToken.None
            )
        )
            steps.Add(step);

        Assert.Equal(["name", "TCP", "WebSocket"], steps.Select(step => step.Name));
        Assert.Equal("upgraded, subprotocol v1.chat, compressed", steps[2].Text);
        Assert.Equal(0, server.Surroundings.Inbox.Received);
    }

    [Fact]
    public async Task A_server_that_stops_says_goodbye()
    {
        var server = await OwnServer.StartAsync();
        await using var client = await ConnectAsync(server.Url, new Surroundings());

        await server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            client.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains("going away (1001): the server stops", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_a_client_breaks_is_a_notice_with_its_address()
    {
        await using var server = await OwnServer.StartAsync();
        using var client = await RawClientAsync(server.Port);

        await client.GetStream().WriteAsync(new byte[] { 0x81, 1, (byte)'x' });

        var notice = await server.Surroundings.NoticeAsync("a client must mask its frames (RFC 6455, 5.1)");
        Assert.StartsWith(
            $"127.0.0.1:{((IPEndPoint)client.Client.LocalEndPoint!).Port}: ",
            notice.Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("ws://localhost:0", "url", "there is no port 0 to connect to")]
    [InlineData("ws://localhost", "auth.token", "there is one Authorization header", "t", "auth.username", "me")]
    [InlineData(
        "ws://localhost",
        "websocket.headers",
        "there is one Authorization header",
        "Authorization=x",
        "auth.token",
        "t"
    )]
    [InlineData("ws://localhost", "auth.username", "belong together", "", "auth.password", "x")]
    [InlineData("ws://localhost", "websocket.subprotocols", "is no name of a subprotocol", "a b")]
    [InlineData("ws://localhost", "websocket.preamble", "a read_only profile sends nothing", "x", "read_only", "true")]
    [InlineData("ws://localhost", "subscribe", "websocket has no topics", "x")]
    [InlineData("ws://localhost", "websocket.origins", "only a server has it", "x")]
    [InlineData("ws://localhost", "websocket.proxy", "only a client has it", "http://p", "mode", "server")]
    [InlineData("ws://localhost", "server.reply_payload", "only with server.reply", "x", "mode", "server")]
    [InlineData("ws://localhost/a?b", "url", "without a query", "ws://localhost/a?b", "mode", "server")]
    [InlineData("tcp://localhost", "url", "is not a scheme of this protocol")]
    public void A_setting_that_cannot_be_honoured_is_named(
        string url,
        string key,
        string words,
        string? value = null,
        string? otherKey = null,
        string? otherValue = null
    )
    {
        var values = new List<(string, string)>();
        if (value is not null && key != "url")
            values.Add((key, value));
        if (otherKey is not null)
            values.Add((otherKey, otherValue!));

        Assert.Contains(
            WebSocketProfiles.ProblemsOf(url, values),
            problem => problem.Key == key && problem.Sentence.Contains(words, StringComparison.Ordinal)
        );
    }

    private static async Task FloodAsync(TcpClient client, byte[] frame, CancellationToken stop)
    {
        try
        {
            while (true)
                await client.GetStream().WriteAsync(frame, stop);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Its window is full, or the test is over.
        }
    }

    private static async Task<TcpClient> RawClientAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client
            .GetStream()
            .WriteAsync(
                "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray()
            );
        var head = new byte[129];
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        await client.GetStream().ReadExactlyAsync(head, patience.Token);
        Assert.EndsWith("\r\n\r\n", Encoding.ASCII.GetString(head), StringComparison.Ordinal);
        return client;
    }

    private static byte[] Frame(byte[] payload) =>
        payload.Length < 126
            ? [0x82, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
            : [0x82, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];

    private static Task<PublishResult> SendAsync(OwnServer server, string payload, string topic) =>
        server.Session.PublishAsync(WebSocketProfiles.Message(payload) with { Topic = topic }, CancellationToken.None);

    private static Task<ISession> ConnectAsync(
        string url,
        Surroundings surroundings,
        params IEnumerable<(string, string)> values
    ) =>
        WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of(url, values),
            surroundings.Context,
            CancellationToken.None
        );

    private static IEnumerable<(string, string)> Pairs(string settings) =>
        settings
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => setting.Split('=', 2))
            .Select(pair => (pair[0], pair[1]));

    private static int Clients(OwnServer server) =>
        int.Parse(
            server.Session.Facts.Single(fact => fact.Label == "clients").Value,
            NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture
        );

    private static string Fact(Node node, string label) => node.Facts.Single(fact => fact.Label == label).Value;

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Payload.Span);
}
