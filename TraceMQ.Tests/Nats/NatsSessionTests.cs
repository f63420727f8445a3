using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Nats;

public sealed class NatsSessionTests : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private NatsServer _server = null!;

    public async Task InitializeAsync() => _server = await NatsServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Headers_and_reply_subject_go_round_with_names_that_repeat()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription("a.*"), null, CancellationToken.None);

        await session.PublishAsync(
            NatsProfiles.Message("a.b", "x", ("reply_to", "answers")) with
            {
                Headers = [new Header("unit", "°C"), new Header("tag", "1"), new Header("tag", "2")],
            },
            CancellationToken.None
        );

        var received = await surroundings.NextInAsync("a.b");
        Assert.Equal([new Header("unit", "°C"), new Header("tag", "1"), new Header("tag", "2")], received.Headers);
        Assert.Equal("answers", received.Details.Find("reply_to")!.Value.Text);
        Assert.Equal("answers", NatsProfiles.Transport.OptionsOf(received).Get((Setting<string>)Option("reply_to")));
    }

    [Fact]
    public async Task A_prefix_goes_before_every_subject_and_is_taken_off_again()
    {
        var witness = new Surroundings();
        var plain = await ConnectAsync(witness);
        await plain.SubscribeAsync(new Subscription(">"), null, CancellationToken.None);
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings, ("nats.subject_prefix", "acme"));
        await session.SubscribeAsync(new Subscription("orders.>"), null, CancellationToken.None);

        await session.PublishAsync(NatsProfiles.Message("orders.1", "x"), CancellationToken.None);

        Assert.Equal("x", Text(await witness.NextInAsync("acme.orders.1")));
        var received = await surroundings.NextInAsync("orders.1");
        Assert.Equal("acme.orders.1", received.Details.Find("subject")!.Value.Text);
        Assert.True(received.IsPrefixed);
        Assert.False((await WitnessedAsync()).IsPrefixed);

        async Task<Message> WitnessedAsync()
        {
            await session.PublishAsync(NatsProfiles.Message("orders.2", "y"), CancellationToken.None);
            return await witness.NextInAsync("acme.orders.2");
        }
    }

    [Fact]
    public async Task Members_of_a_queue_group_share_the_messages()
    {
        var first = new Surroundings();
        var second = new Surroundings();
        foreach (var member in new[] { first, second })
        {
            var session = await ConnectAsync(member, ("nats.queue_group", "workers"));
            var result = await session.SubscribeAsync(new Subscription("jobs"), null, CancellationToken.None);
            Assert.Equal("listening in queue group workers", result.Text);
        }

        var sender = await ConnectAsync(new Surroundings());
        for (var i = 0; i < 100; i++)
            await sender.PublishAsync(NatsProfiles.Message("jobs", $"{i}"), CancellationToken.None);

        await Surroundings.UntilAsync(() => first.Inbox.Received + second.Inbox.Received == 100, "each came once");
        Assert.InRange(first.Inbox.Received, 1, 99);
    }

    [Fact]
    public async Task A_request_gets_as_many_replies_as_are_asked_for_with_their_round_trip()
    {
        var answering = new Surroundings();
        var service = await ConnectAsync(answering);
        await service.SubscribeAsync(new Subscription("service"), null, CancellationToken.None);
        var replying = ReplyAsync();
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);

        var replies = new List<string>();
        ExchangeId? exchange = null;
        await foreach (
            var reply in session
                .Feature<IRequests>()!
                .RequestAsync(
                    NatsProfiles.Message("service", "ask"),
                    new RequestOptions(Surroundings.Patience, 3),
                    CancellationToken.None
                )
        )
        {
            replies.Add(Text(reply));
            Assert.NotNull(reply.Details.Find(IRequests.RoundTripKey));
            exchange = reply.Exchange;
        }

        await replying;
        Assert.Equal(["1", "2", "3"], replies);
        var listed = await surroundings.NextAsync(message => message.Direction == Direction.Out);
        Assert.Equal(exchange, listed.Exchange);

        async Task ReplyAsync()
        {
            var request = await answering.NextInAsync("service");
            var replyTo = request.Details.Find("reply_to")!.Value.Text;
            for (var i = 1; i <= 3; i++)
                await service.PublishAsync(NatsProfiles.Message(replyTo, $"{i}"), CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("stored", "true", "leave stored out")]
    [InlineData("reply_to", "a", "leave reply_to out")]
    public async Task What_a_request_cannot_heed_is_refused_and_not_passed_over(string key, string value, string why)
    {
        var session = await ConnectAsync(new Surroundings());
        var replies = session
            .Feature<IRequests>()!
            .RequestAsync(
                NatsProfiles.Message("service", "?", (key, value)),
                new RequestOptions(Surroundings.Patience),
                CancellationToken.None
            );

        var refused = await Assert.ThrowsAsync<TransportException>(async () =>
        {
            await foreach (var reply in replies)
                Assert.Fail(Text(reply));
        });

        Assert.Equal(FailureKind.Configuration, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_and_nobody_answering_are_told_apart()
    {
        var session = await ConnectAsync(new Surroundings());
        var nobody = await Assert.ThrowsAsync<TransportException>(() => AskAsync(session, "nobody"));
        Assert.Equal(FailureKind.RefusedByPeer, nobody.Kind);
        Assert.Contains("Nobody answers", nobody.Message, StringComparison.Ordinal);

        var silent = await ConnectAsync(new Surroundings());
        await silent.SubscribeAsync(new Subscription("silent"), null, CancellationToken.None);
        var late = await Assert.ThrowsAsync<TransportException>(() => AskAsync(session, "silent"));
        Assert.Equal(FailureKind.TimedOut, late.Kind);
    }

    [Fact]
    public async Task What_the_server_keeps_for_itself_is_shown_only_where_it_is_asked_for()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription(">"), null, CancellationToken.None);
        var asking = new Surroundings();
        var other = await ConnectAsync(asking);
        await other.SubscribeAsync(new Subscription("_INBOX.>"), null, CancellationToken.None);

        await session.PublishAsync(NatsProfiles.Message("_INBOX.x.y", "hidden"), CancellationToken.None);
        await session.PublishAsync(NatsProfiles.Message("plain", "seen"), CancellationToken.None);

        Assert.Equal("plain", (await surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
        Assert.Equal("hidden", Text(await asking.NextInAsync("_INBOX.x.y")));
    }

    [Theory]
    [InlineData("a..b", "empty")]
    [InlineData("a.", "empty")]
    [InlineData(".a", "empty")]
    [InlineData("a.*", "wildcard")]
    [InlineData("a b", "spaces")]
    public async Task A_subject_that_cannot_be_sent_to_is_refused_before_it_is_sent(string subject, string why)
    {
        var session = await ConnectAsync(new Surroundings());

        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(NatsProfiles.Message(subject, "x"), CancellationToken.None)
        );

        Assert.Equal(FailureKind.Configuration, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_over_the_limit_is_refused_with_both_sizes()
    {
        await using var small = await NatsServer.StartAsync("max_payload: 1KB");
        await using var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(small.Port),
            new Surroundings().Context,
            CancellationToken.None
        );

        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(NatsProfiles.Message("a", new string('x', 2000)), CancellationToken.None)
        );

        Assert.Contains("2,000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1,024", refused.Message, StringComparison.Ordinal);
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task What_may_not_be_published_or_subscribed_is_said_where_it_was_asked()
    {
        await using var strict = await NatsServer.StartAsync(
            "authorization { users: [ { user: u, password: p, permissions: { publish: \"ok.>\", subscribe: [\"ok.>\", \"_INBOX.>\"] } } ] }"
        );
        await using var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(strict.Port, ("auth.username", "u"), ("auth.password", "p")),
            new Surroundings().Context,
            CancellationToken.None
        );

        var published = await session.PublishAsync(NatsProfiles.Message("no.a", "x"), CancellationToken.None);
        var subscribed = await session.SubscribeAsync(new Subscription("no.>"), null, CancellationToken.None);
        var allowed = await session.PublishAsync(NatsProfiles.Message("ok.a", "x"), CancellationToken.None);

        Assert.Equal((false, "no permission to publish to no.a"), (published.IsAccepted, published.Text));
        Assert.Equal((false, "no permission to subscribe to no.>"), (subscribed.IsAccepted, subscribed.Text));
        Assert.True(allowed.IsAccepted);
    }

    [Fact]
    public async Task Packets_are_shown_and_what_is_secret_in_them_is_not()
    {
        var surroundings = new Surroundings();
        await using var strict = await NatsServer.StartAsync("authorization { user: u, password: \"hush-hush\" }");
        await using var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(strict.Port, ("auth.username", "u"), ("auth.password", "hush-hush")),
            surroundings.Context,
            CancellationToken.None
        );
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var packets = new List<TraceMQ.Transport.Wire.WireRecord>();
        var reading = ReadAsync();
        await Surroundings.UntilAsync(() => surroundings.Context.Wire.IsWatched, "somebody reads");
        await session.SubscribeAsync(new Subscription("a"), null, stop.Token);
        await session.PublishAsync(
            NatsProfiles.Message("a", "hello") with
            {
                Headers = [new Header("k", "v")],
            },
            stop.Token
        );
        await reading;

        Assert.Equal(["INFO", "CONNECT"], packets.Take(2).Select(packet => packet.Kind));
        Assert.DoesNotContain(
            packets,
            packet => Encoding.UTF8.GetString(packet.Bytes.Span).Contains("hush-hush", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            packets.SelectMany(packet => packet.Fields),
            field => field.Value.Contains("hush-hush", StringComparison.Ordinal)
        );
        var message = packets.Single(packet => packet.Kind == "HMSG");
        Assert.Equal(Direction.In, message.Direction);
        Assert.Contains("hello", Encoding.UTF8.GetString(message.Bytes.Span), StringComparison.Ordinal);
        Assert.Contains(message.Fields, field => field is { Label: "subject", Value: "a" });

        async Task ReadAsync()
        {
            await foreach (var packet in surroundings.Context.Wire.ReadAsync(null, stop.Token))
            {
                packets.Add(packet);
                if (packet.Kind == "HMSG")
                    break;
            }
        }
    }

    private async Task<ISession> ConnectAsync(Surroundings surroundings, params (string Key, string Value)[] values)
    {
        var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(_server.Port, values),
            surroundings.Context,
            CancellationToken.None
        );
        _owned.Add(session);
        return session;
    }

    private static async Task AskAsync(ISession session, string subject)
    {
        var replies = session
            .Feature<IRequests>()!
            .RequestAsync(
                NatsProfiles.Message(subject, "?"),
                new RequestOptions(TimeSpan.FromMilliseconds(300)),
                CancellationToken.None
            );
        await foreach (var reply in replies)
            Assert.Fail(Text(reply));
    }

    private static Setting Option(string key) =>
        NatsProfiles.Transport.PublishSettings.First(setting => setting.Key == key);

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Payload.Span);
}
