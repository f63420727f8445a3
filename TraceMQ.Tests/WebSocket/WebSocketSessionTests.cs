using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.WebSocket;

/// <summary>A client's session against npm's ws: what can be sent, what comes, and how it ends.</summary>
public sealed class WebSocketSessionTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private PeerProcess _server = null!;
    private int _port;

    public async Task InitializeAsync()
    {
        _server = NodePeer.Start("websocket-server.js", "echo");
        _port = int.Parse(await _server.LineAsync("port "), CultureInfo.InvariantCulture);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("hello", "text", "hello")]
    [InlineData("hello", "binary", "hello", "opcode", "binary")]
    [InlineData("ff 00", "binary", "\u00ff\0", "encoding", "hex")]
    [InlineData("/wA=", "binary", "\u00ff\0", "encoding", "base64")]
    [InlineData("68656c6c6f", "text", "hello", "encoding", "hex")]
    [InlineData("in pieces of three", "text", "in pieces of three", "fragment_size", "3")]
    public async Task A_message_goes_out_as_it_was_asked_for_and_is_listed_so(
        string payload,
        string opcode,
        string bytes,
        string? key = null,
        string? value = null
    )
    {
        await using var session = await ConnectAsync();

        var result = await session.PublishAsync(
            WebSocketProfiles.Message(payload, key is null ? [] : [(key, value!)]),
            CancellationToken.None
        );

        Assert.StartsWith($"sent as {opcode}", result.Text, StringComparison.Ordinal);
        var sent = await _surroundings.NextAsync(message => message.Direction == Direction.Out);
        Assert.Equal(Encoding.Latin1.GetBytes(bytes), sent.Payload.ToArray());
        Assert.Equal(opcode, Detail(sent, "opcode"));
        Assert.Equal(key == "fragment_size" ? "6" : null, Detail(sent, "fragments"));
        await _server.LineAsync($"message {opcode} {bytes.Length}");
        var back = await _surroundings.NextInAsync();
        Assert.Equal(sent.Payload.ToArray(), back.Payload.ToArray());
        Assert.Equal(opcode, Detail(back, "opcode"));
    }

    [Fact]
    public async Task Fragments_of_the_server_are_joined_and_counted()
    {
        await using var session = await ConnectAsync();

        await session.PublishAsync(WebSocketProfiles.Message("fragments"), CancellationToken.None);

        var message = await _surroundings.NextInAsync();
        Assert.Equal("fragments"u8.ToArray(), message.Payload.ToArray());
        Assert.Equal("3", Detail(message, "fragments"));
    }

    [Fact]
    public async Task A_ping_of_the_user_tells_its_round_trip()
    {
        await using var session = await ConnectAsync();

        var result = await session.PublishAsync(
            WebSocketProfiles.Message("hi", ("opcode", "ping")),
            CancellationToken.None
        );

        Assert.True(result.IsAccepted);
        Assert.Matches("^pong after [0-9.]+ ms$", result.Text);
        await _server.LineAsync("ping hi");
        var pong = await _surroundings.NextInAsync();
        Assert.Equal("pong", Detail(pong, "opcode"));
        Assert.NotNull(pong.Details.Find("rtt_ms"));
    }

    [Fact]
    public async Task Pings_of_the_server_are_answered_unless_the_user_wants_to()
    {
        await using var polite = await ConnectAsync();
        await polite.PublishAsync(WebSocketProfiles.Message("ping me"), CancellationToken.None);
        await _server.LineAsync("pong are you there");
        await polite.DisposeAsync();
        Assert.DoesNotContain("closed", _server.Output.Split("closed")[0], StringComparison.Ordinal);

        await using var session = await ConnectAsync(("websocket.auto_pong", "false"));
        await session.PublishAsync(WebSocketProfiles.Message("ping me"), CancellationToken.None);
        var ping = await _surroundings.NextAsync(message => Detail(message, "opcode") == "ping");
        Assert.Equal("are you there"u8.ToArray(), ping.Payload.ToArray());
        await session.PublishAsync(WebSocketProfiles.Message("late"), CancellationToken.None);
        await _server.LineAsync("message text 4 late");
        Assert.Single(_server.Output.Split('\n'), line => line.StartsWith("pong", StringComparison.Ordinal));

        await session.PublishAsync(WebSocketProfiles.Message("by hand", ("opcode", "pong")), CancellationToken.None);
        await _server.LineAsync("pong by hand");
    }

    [Fact]
    public async Task The_user_closes_with_a_code_and_a_reason()
    {
        await using var session = await ConnectAsync();

        var result = await session.PublishAsync(
            WebSocketProfiles.Message("", ("opcode", "close"), ("close_code", "4000"), ("close_reason", "tea time")),
            CancellationToken.None
        );

        Assert.True(result.IsAccepted, result.Text);
        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains("was closed from here", failure.Message, StringComparison.Ordinal);
        var after = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(WebSocketProfiles.Message("more"), CancellationToken.None)
        );
        Assert.Equal(FailureKind.Lost, after.Kind);
        await session.DisposeAsync();
        await _server.LineAsync("closed 4000 tea time");
    }

    [Theory]
    [InlineData("close 1000", "normal closure (1000)", FailureKind.Lost)]
    [InlineData("close 1001 restart at noon", "going away (1001): restart at noon", FailureKind.Lost)]
    [InlineData("close 1008 no such user", "policy violation (1008): no such user", FailureKind.RefusedByPeer)]
    [InlineData("close 1013", "try again later (1013)", FailureKind.RefusedByPeer)]
    [InlineData("close 3000", "unauthorized (3000): check auth.username", FailureKind.Credentials)]
    [InlineData("close 4711 beer", "a code of the application (4711): beer", FailureKind.Lost)]
    public async Task A_close_of_the_server_is_told_in_words(string ask, string words, FailureKind kind)
    {
        await using var session = await ConnectAsync();

        await session.PublishAsync(WebSocketProfiles.Message(ask), CancellationToken.None);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(kind, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_the_server_breaks_is_named()
    {
        await using var session = await ConnectAsync();

        await session.PublishAsync(WebSocketProfiles.Message("break a rule"), CancellationToken.None);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.StartsWith(
            "The server broke a rule of WebSocket: opcode 3 is reserved (RFC 6455, 5.2)",
            failure.Message,
            StringComparison.Ordinal
        );
        await session.DisposeAsync();
        await _server.LineAsync("closed 1002");
    }

    [Fact]
    public async Task Headers_cookies_and_credentials_reach_the_server()
    {
        await using var bearer = await ConnectAsync(
            ("auth.token", "t0ken"),
            ("websocket.headers", "Origin=https://example.com, Cookie=a=b; c=d, X-Own=1")
        );
        await using var basic = await ConnectAsync(("auth.username", "me"), ("auth.password", "pä:ss"));

        var first = await _server.LineAsync("connected /live?x=1 ");
        Assert.Contains("\"authorization\":\"Bearer t0ken\"", first, StringComparison.Ordinal);
        Assert.Contains("\"origin\":\"https://example.com\"", first, StringComparison.Ordinal);
        Assert.Contains("\"cookie\":\"a=b; c=d\"", first, StringComparison.Ordinal);
        Assert.Contains("\"x-own\":\"1\"", first, StringComparison.Ordinal);
        await Surroundings.UntilAsync(
            () =>
                _server.Output.Contains(
                    "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pä:ss")),
                    StringComparison.Ordinal
                ),
            "basic credentials"
        );
    }

    [Fact]
    public async Task The_preamble_is_sent_after_every_connect_and_never_listed()
    {
        await using var proxy = new CuttingProxy(_port);
        var profile = WebSocketProfiles.Of(
            $"ws://127.0.0.1:{proxy.Port}/live",
            ("websocket.preamble", "{\"type\":\"auth\"}, and more")
        );
        await using var supervisor = new SessionSupervisor(
            WebSocketProfiles.Transport,
            _ => Task.FromResult(profile),
            _surroundings.Inbox,
            _ => { },
            new SupervisorOptions(new ReconnectPolicy(new Random(1))),
            TimeProvider.System,
            NullLogger.Instance
        );
        supervisor.Start();
        await Surroundings.UntilAsync(() => Preambles() == 1, "the first preamble");

        proxy.Cut();

        await Surroundings.UntilAsync(() => Preambles() == 2, "the second preamble");
        await Surroundings.UntilAsync(() => supervisor.IsConnected, "connected again");
        await supervisor.PublishAsync(WebSocketProfiles.Message("hello"), CancellationToken.None);
        var first = await _surroundings.NextAsync(message => message.Direction == Direction.Out);
        Assert.Equal("hello"u8.ToArray(), first.Payload.ToArray());

        int Preambles() =>
            _server
                .Output.Split('\n')
                .Count(line => line.StartsWith("message text 15 {\"type\":\"auth\"}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pings_at_an_interval_show_the_round_trip_on_the_card()
    {
        await using var session = await ConnectAsync(("websocket.ping_interval", "200ms"));

        await Surroundings.UntilAsync(() => session.Facts.Any(fact => fact.Label == "round trip"), "a round trip");
        Assert.Matches("^[0-9.]+ ms$", session.Facts.Single(fact => fact.Label == "round trip").Value);
    }

    [Fact]
    public async Task A_server_that_answers_nothing_any_more_is_given_up()
    {
        await using var silent = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("websocket.auto_pong", "false"),
            ("websocket.ping_interval", "0s")
        );
        await using var session = await WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of(silent.Url, ("websocket.ping_interval", "100ms")),
            _surroundings.Context,
            CancellationToken.None
        );

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );

        Assert.Equal(FailureKind.Lost, failure.Kind);
        Assert.Contains("has not answered 3 pings", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not UTF-8", "A text message must be UTF-8", "opcode", "text")]
    [InlineData("", "must not be fragmented", "opcode", "ping", "fragment_size", "3")]
    [InlineData("", "1006 cannot be sent as a close code", "opcode", "close", "close_code", "1006")]
    [InlineData("why", "A close without a code has no reason", "opcode", "close", "close_code", "1005")]
    [InlineData("", "belongs to a close", "close_reason", "x")]
    [InlineData("x", "A close has one reason", "opcode", "close", "close_reason", "y")]
    [InlineData("long", "carries 125 bytes at most", "opcode", "pong")]
    public async Task What_cannot_be_sent_is_said_before_anything_goes_out(
        string payload,
        string words,
        params string[] options
    )
    {
        await using var session = await ConnectAsync();
        byte[] bytes = payload switch
        {
            "not UTF-8" => [0xFF],
            "long" => new byte[126],
            _ => Encoding.UTF8.GetBytes(payload),
        };

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(
                WebSocketProfiles.Message(bytes, options.Chunk(2).Select(pair => (pair[0], pair[1]))),
                CancellationToken.None
            )
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_surroundings.Waiting());
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_received_message_is_sent_again_as_it_was()
    {
        await using var session = await ConnectAsync();
        await session.PublishAsync(WebSocketProfiles.Message("abc", ("opcode", "binary")), CancellationToken.None);
        var back = await _surroundings.NextInAsync();

        var again = WebSocketProfiles.Transport.OptionsOf(back);
        await session.PublishAsync(
            new OutgoingMessage
            {
                Topic = "",
                Payload = back.Payload,
                Options = again,
            },
            CancellationToken.None
        );

        Assert.Equal("binary", Detail(await _surroundings.NextInAsync(), "opcode"));
    }

    [Fact]
    public async Task The_next_address_is_tried_where_one_cannot_be_reached()
    {
        await using var session = await WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of($"ws://127.0.0.1:{Mosquitto.FreePort()},ws://127.0.0.1:{_port}/second"),
            _surroundings.Context,
            CancellationToken.None
        );

        await _server.LineAsync("connected /second");
        await _surroundings.NoticeAsync(
            "nothing listens there. Check the port, and whether the server runs. Trying the next address."
        );
    }

    [Theory]
    [InlineData("ping", false)]
    [InlineData("pong", false)]
    [InlineData("text", true)]
    [InlineData("close", true)]
    public void Pings_change_nothing_and_the_rest_does(string opcode, bool changes) =>
        Assert.Equal(changes, WebSocketProfiles.Transport.Changes(WebSocketProfiles.Message("", ("opcode", opcode))));

    private static string? Detail(Message message, string key) => message.Details.Find(key)?.ToString();

    private Task<ISession> ConnectAsync(params IEnumerable<(string, string)> values) =>
        WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of($"ws://127.0.0.1:{_port}/live?x=1", values),
            _surroundings.Context,
            CancellationToken.None
        );
}
