using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.EventHubs.Server;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Client;

/// <summary>Connecting, and every way in which it does not work.</summary>
public sealed class HubConnectingTests
{
    private static readonly byte[] s_sasl = [.. "AMQP"u8, 3, 1, 0, 0];
    private static readonly byte[] s_amqp = [.. "AMQP"u8, 0, 1, 0, 0];

    // sasl-mechanisms with the symbol ANONYMOUS, and sasl-outcome with the code ok.
    private static readonly byte[] s_mechanisms =
    [
        0,
        0,
        0,
        25,
        2,
        1,
        0,
        0,
        0x00,
        0x53,
        0x40,
        0xC0,
        12,
        1,
        0xA3,
        9,
        .. "ANONYMOUS"u8,
    ];
    private static readonly byte[] s_outcome = [0, 0, 0, 16, 2, 1, 0, 0, 0x00, 0x53, 0x44, 0xC0, 3, 1, 0x50, 0];

    [Fact]
    public async Task Each_step_of_a_connection_is_told()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var steps = new List<TestStep>();
        await foreach (
            var step in HubProfiles.Transport.TestAsync(
                HubProfiles.Of(hub),
                new Surroundings().Context,
                CancellationToken.None
            )
        )
            steps.Add(step);

        Assert.Equal(["name", "TCP", "SASL", "AMQP", "CBS", "hub"], steps.Select(step => step.Name));
        Assert.Equal("telemetry with 4 partitions", steps[^1].Text);
    }

    [Theory]
    [InlineData(0, "said nothing")]
    [InlineData(1, "speaks SASL and did not finish it")]
    [InlineData(2, "speaks SASL and did not finish it")]
    [InlineData(3, "let us in and did not open")]
    public async Task A_peer_that_falls_silent_is_said_by_how_far_it_came(int stage, string expected)
    {
        var time = new FakeTimeProvider();
        var reached = new TaskCompletionSource();
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                await PlayAsync(stream, stage, stop);
                reached.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var surroundings = new Surroundings(time: time);
        var connecting = HubProfiles.Transport.ConnectAsync(
            HubProfiles.At(peer.Port),
            surroundings.Context,
            CancellationToken.None
        );
        await reached.Task.WaitAsync(Surroundings.Patience);

        // How long the client's own steps take is not in our hands: time goes on until it has had enough.
        while (!connecting.IsCompleted)
        {
            await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var failure = await Assert.ThrowsAsync<TransportException>(() => connecting);
        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002", "speaks TLS")]
    [InlineData("220 mail.example.com ESMTP\r\n", "breaks the rules of AMQP 1.0: it began with 323230")]
    public async Task A_peer_that_speaks_something_else_is_said(string answer, string expected)
    {
        await using var peer = ScriptedPeer.Answering(Encoding.Latin1.GetBytes(answer));

        var failure = await FailureAsync(HubProfiles.At(peer.Port));

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7fffffffu)]
    [InlineData(0x00010001u)]
    [InlineData(7u)]
    public async Task A_frame_of_a_wrong_size_ends_the_connection_before_it_is_read(uint size)
    {
        var frame = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(frame, size);
        frame[4] = 2;
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                await PlayAsync(stream, 3, stop);
                await stream.WriteAsync(frame, stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );

        var failure = await FailureAsync(HubProfiles.At(peer.Port));

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
        Assert.Contains("breaks the rules of AMQP 1.0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_nests_without_end_never_reaches_the_library()
    {
        // Lists in lists: 0xC0, size, count 1.
        var body = new List<byte> { 0x00, 0x53, 0x10 };
        for (var i = 0; i < 100; i++)
            body.AddRange([0xD0, 0, 0, 0x10, 0, 0, 0, 0, 1]);
        var frame = new byte[8 + body.Count];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)frame.Length);
        frame[4] = 2;
        body.CopyTo(frame, 8);
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                await PlayAsync(stream, 3, stop);
                await stream.WriteAsync(frame, stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );

        var failure = await FailureAsync(HubProfiles.At(peer.Port));

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
    }

    [Fact]
    public async Task A_wrong_key_is_said_by_its_name()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var wrong = await FailureAsync(HubProfiles.OfString(hub.ConnectionStringOf(key: "d3Jvbmc=")));
        var cut = await FailureAsync(HubProfiles.OfString(hub.ConnectionStringOf(key: "d3Jvbm")));

        Assert.Equal(FailureKind.Credentials, wrong.Kind);
        Assert.Contains("the key \"dev\"", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("base64", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("no base64", cut.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("d3Jvbm", cut.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_signature_is_told_from_a_wrong_one()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var key = new Secret(LocalHubServer.Key);

        var expired = await FailureAsync(Signed(hub, key, now.AddMinutes(-5)));
        var wrong = await FailureAsync(Signed(hub, new Secret("b3RoZXI="), now.AddHours(1)));
        await using var good = await HubProfiles.Transport.ConnectAsync(
            Signed(hub, key, now.AddHours(1)),
            new Surroundings().Context,
            CancellationToken.None
        );

        Assert.Equal(FailureKind.Credentials, expired.Kind);
        Assert.Contains("has expired at 20", expired.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Credentials, wrong.Kind);
        Assert.Contains("does not take the SharedAccessSignature", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(
            good.Facts,
            fact => fact.Label == "token" && fact.Value.StartsWith("expires", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_said()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var failure = await FailureAsync(HubProfiles.OfString(hub.ConnectionStringOf("other")));

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("no event hub \"other\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_and_a_key_in_the_url_are_shown_by_SASL_PLAIN()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var url = $"amqp://{LocalHubServer.KeyName}:{LocalHubServer.Key}@127.0.0.1:{hub.Port}/telemetry";

        await using var session = await HubProfiles.Transport.ConnectAsync(
            HubProfiles.OfString("", ("url", url)),
            new Surroundings().Context,
            CancellationToken.None
        );
        var refused = await FailureAsync(
            HubProfiles.OfString("", ("url", $"amqp://dev:d3Jvbmc=@127.0.0.1:{hub.Port}/telemetry"))
        );

        Assert.Contains(new Fact("user", "dev (SASL PLAIN)"), session.Facts);
        Assert.Equal(FailureKind.Credentials, refused.Kind);
        Assert.Contains("the user \"dev\" or the password", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_renewed_before_it_expires_and_no_link_is_lost()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        // The hub's clock stands still beside ours: it would take the client's silence for its end.
        await using var hub = await LocalHubServer.StartAsync();
        var mine = new Surroundings(time: time);
        await using var session = await HubProfiles.Transport.ConnectAsync(
            HubProfiles.Of(hub),
            mine.Context,
            CancellationToken.None
        );
        await session.SubscribeAsync(new Subscription("0"), null, CancellationToken.None);
        var tokens = new List<string> { TokenOf(session) };

        // A quarter of an hour at a time: a token lives for one, and is renewed a quarter before its end.
        for (var quarter = 1; quarter <= 12; quarter++)
        {
            time.Advance(TimeSpan.FromMinutes(15));
            if (quarter % 3 != 0)
                continue;
            await Surroundings.UntilAsync(() => TokenOf(session) != tokens[^1], "the next token");
            tokens.Add(TokenOf(session));
        }

        Assert.Equal(5, tokens.Distinct(StringComparer.Ordinal).Count());
        Assert.False(session.Completion.IsCompleted);
        await MicrosoftClientTests.PublishAsync(hub, "0", "still here");
        Assert.Equal("still here"u8.ToArray(), (await mine.NextInAsync("0")).Payload.ToArray());
    }

    [Fact]
    public async Task The_frames_of_the_handshake_are_kept_and_no_token_is_in_any()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var surroundings = new Surroundings();
        using var cancellation = new CancellationTokenSource(Surroundings.Patience);
        var kinds = new List<string>();
        var all = new StringBuilder();
        var reading = Task.Run(async () =>
        {
            await foreach (var record in surroundings.Context.Wire.ReadAsync(null, cancellation.Token))
            {
                lock (kinds)
                {
                    kinds.Add($"{record.Direction} {record.Kind}");
                    all.Append(record.Summary)
                        .Append(Encoding.Latin1.GetString(record.Bytes.Span))
                        .AppendJoin(' ', record.Fields);
                }
            }
        });
        await Surroundings.UntilAsync(() => surroundings.Context.Wire.IsWatched, "somebody looks");
        await using (
            var session = await HubProfiles.Transport.ConnectAsync(
                HubProfiles.Of(hub),
                surroundings.Context,
                CancellationToken.None
            )
        )
            await session.PublishAsync(
                new OutgoingMessage { Topic = "", Payload = "x"u8.ToArray() },
                CancellationToken.None
            );

        await Surroundings.UntilAsync(
            () =>
            {
                lock (kinds)
                    return kinds.Contains("Out close");
            },
            "the goodbye"
        );
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        foreach (
            var kind in (string[])
                [
                    "Out protocol header",
                    "In protocol header",
                    "In sasl-mechanisms",
                    "Out sasl-init",
                    "In sasl-outcome",
                    "Out open",
                    "In open",
                    "Out begin",
                    "Out attach",
                    "In attach",
                    "Out flow",
                    "Out transfer",
                    "In disposition",
                ]
        )
            Assert.Contains(kind, kinds);
        Assert.DoesNotContain("SharedAccessSignature", all.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", all.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SharedAccessKeyName=dev;SharedAccessKey=a2V5;EntityPath=hub", "names no Endpoint")]
    [InlineData("Endpoint=sb://host;SharedAccessKeyName=dev;EntityPath=hub", "SharedAccessKey is missing")]
    [InlineData("Endpoint=sb://host;SharedAccessKey=a2V5;EntityPath=hub", "SharedAccessKeyName is missing")]
    [InlineData("Endpoint=sb://host;EntityPath=hub;EntityPath=other", "twice")]
    [InlineData("Endpoint=sb://host;SharedAccessKeyName=dev;SharedAccessKey=a2V5", "of a whole namespace")]
    [InlineData(
        "Endpoint=sb://host;SharedAccessSignature=SharedAccessSignature sr=a&sig=%&se=1;EntityPath=hub",
        "cannot be read"
    )]
    [InlineData("Endpoint=http://host;EntityPath=hub", "must be sb://")]
    public void A_wrong_connection_string_is_one_sentence(string connectionString, string expected)
    {
        var problem = Assert.Single(HubProfiles.ProblemsOf(connectionString));
        Assert.Contains(expected, problem.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("a2V5", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_contradicts_itself_in_a_profile_is_said()
    {
        const string Good = "Endpoint=sb://host;SharedAccessKeyName=dev;SharedAccessKey=a2V5;EntityPath=hub";

        Assert.Empty(HubProfiles.ProblemsOf(Good));
        Assert.Contains("several hubs", ProblemOf(Good, ("eventhubs.entity_path", "other")), StringComparison.Ordinal);
        Assert.Contains("it is missing", ProblemOf(""), StringComparison.Ordinal);
        Assert.Contains("which event hub", ProblemOf("", ("url", "amqp://host")), StringComparison.Ordinal);
        Assert.Contains(
            "url says it already",
            ProblemOf(Good, ("url", "amqps://host"), ("eventhubs.websocket", "true")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no address in url uses TLS",
            ProblemOf(Good + ";UseDevelopmentEmulator=true", ("tls.server_name", "x")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "takes no partitions",
            ProblemOf(Good, ("eventhubs.owner_level", "1"), ("read_only", "true")),
            StringComparison.Ordinal
        );
        Assert.Contains("write numbers", ProblemOf(Good, ("eventhubs.partitions", "zero")), StringComparison.Ordinal);
        Assert.Contains("only a server", ProblemOf(Good, ("eventhubs.partition_count", "4")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Endpoint=sb://ns.example.com/;EntityPath=hub", "amqps://ns.example.com:5671")]
    [InlineData("Endpoint=sb://ns.example.com:99/;EntityPath=hub", "amqps://ns.example.com:99")]
    [InlineData("Endpoint=sb://localhost;EntityPath=hub;UseDevelopmentEmulator=true", "amqp://localhost:5672")]
    public void A_connection_string_names_the_address(string connectionString, string expected)
    {
        var raw = HubProfiles.Transport.Recognise(connectionString);
        Assert.NotNull(raw);
        var profile = HubProfiles.OfString(connectionString);

        Assert.Equal(expected, Transport.EventHubs.Client.HubWay.Of(profile).Endpoint.ToString());
        Assert.Equal(
            443,
            Transport
                .EventHubs.Client.HubWay.Of(
                    HubProfiles.OfString("Endpoint=sb://h/;EntityPath=hub", ("eventhubs.websocket", "true"))
                )
                .Endpoint.Port
        );
        Assert.Null(HubProfiles.Transport.Recognise("My profile"));
    }

    private static string TokenOf(ISession session) => session.Facts.First(fact => fact.Label == "token").Value;

    private static string ProblemOf(string connectionString, params (string Key, string Value)[] values) =>
        Assert.Single(HubProfiles.ProblemsOf(connectionString, values)).Sentence;

    private static Profile Signed(LocalHubServer hub, Secret key, DateTimeOffset expiry)
    {
        var token = SasToken.Create($"sb://127.0.0.1/{LocalHubServer.Hub}", LocalHubServer.KeyName, key, expiry);
        return HubProfiles.OfString(
            $"Endpoint=sb://127.0.0.1:{hub.Port};SharedAccessSignature={token.Reveal()};EntityPath={LocalHubServer.Hub};UseDevelopmentEmulator=true"
        );
    }

    private static Task<TransportException> FailureAsync(Profile profile) =>
        Assert.ThrowsAsync<TransportException>(() =>
            HubProfiles
                .Transport.ConnectAsync(profile, new Surroundings().Context, CancellationToken.None)
                .WaitAsync(Surroundings.Patience)
        );

    /// <summary>Says what a hub says, up to a stage: its SASL header and mechanisms, its outcome, its AMQP header.</summary>
    private static async Task PlayAsync(NetworkStream stream, int stage, CancellationToken stop)
    {
        var buffer = new byte[512];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 8), stop);
        if (stage >= 1)
            await stream.WriteAsync(s_sasl, stop);
        if (stage >= 2)
            await stream.WriteAsync(s_mechanisms, stop);
        if (stage >= 3)
        {
            _ = await stream.ReadAtLeastAsync(buffer, 8, throwOnEndOfStream: false, stop);
            await stream.WriteAsync(s_outcome, stop);
            _ = await stream.ReadAtLeastAsync(buffer, 8, throwOnEndOfStream: false, stop);
            await stream.WriteAsync(s_amqp, stop);
        }
    }
}
