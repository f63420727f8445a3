using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Mqtt;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

/// <summary>The client against a real mosquitto.</summary>
public sealed class MqttSessionTests : MosquittoTests
{
    [Theory]
    [InlineData("3.1.1", 1)]
    [InlineData("3.1.1", 2)]
    [InlineData("5.0", 1)]
    [InlineData("5.0", 2)]
    public async Task Acknowledged_messages_wait_for_room_and_none_is_lost(string version, int qos)
    {
        const int Sent = 300;
        var surroundings = new Surroundings(capacity: 5);
        var receiving = await ConnectAsync(surroundings, ("mqtt.version", version));
        var sending = await ConnectAsync(new Surroundings());
        await receiving.SubscribeAsync(Subscription("flow", ("qos", qos)), null, CancellationToken.None);

        for (var i = 0; i < Sent; i++)
            await sending.PublishAsync(
                Message("flow", i.ToString(CultureInfo.InvariantCulture), ("qos", qos)),
                CancellationToken.None
            );

        for (var i = 0; i < Sent; i++)
        {
            var message = await surroundings.NextInAsync("flow");
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), Text(message));
            Assert.Equal(qos, message.Details.Find("qos")?.Number);
        }

        Assert.Equal(0, surroundings.Inbox.Dropped);
    }

    [Fact]
    public async Task A_retained_message_comes_as_replayed_and_a_live_one_does_not()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.PublishAsync(Message("kept", "old", ("retain", true), ("qos", 1L)), CancellationToken.None);

        await session.SubscribeAsync(new Subscription("kept"), null, CancellationToken.None);
        var replayed = await surroundings.NextInAsync("kept");
        await session.PublishAsync(Message("kept", "new", ("retain", true)), CancellationToken.None);
        var live = await surroundings.NextInAsync("kept");

        Assert.True(replayed.IsReplayed);
        Assert.True(replayed.Details.Find("retain")?.Flag);
        Assert.Equal("old", Text(replayed));
        Assert.False(live.IsReplayed);
        Assert.Equal("new", Text(live));
    }

    [Fact]
    public async Task Every_fact_of_a_message_of_5_0_arrives_and_can_be_sent_again()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(Subscription("facts", ("qos", 1L)), null, CancellationToken.None);
        var sent = Message(
            "facts",
            "{}",
            ("qos", 1L),
            ("content_type", "application/json"),
            ("response_topic", "answers/1"),
            ("correlation_data", "hex:00ff10"),
            ("message_expiry", TimeSpan.FromMinutes(5)),
            ("payload_format", "utf-8")
        ) with
        {
            Headers = [new Header("unit", "°C"), new Header("unit", "K")],
        };

        await session.PublishAsync(sent, CancellationToken.None);

        var received = await surroundings.NextInAsync("facts");
        Assert.Equal(sent.Headers, received.Headers);
        Assert.Equal("application/json", received.Details.Find("content_type")?.Text);
        Assert.Equal("answers/1", received.Details.Find("response_topic")?.Text);
        Assert.Equal([0x00, 0xff, 0x10], received.Details.Find("correlation_data")!.Value.Bytes.ToArray());
        Assert.InRange(received.Details.Find("message_expiry")!.Value.Number, 290, 300);
        Assert.Equal("utf-8", received.Details.Find("payload_format")?.Text);
        Assert.All(received.Details, detail => Assert.Contains(detail.Field, MqttProfiles.Transport.Details));
        var again = MqttProfiles.Transport.OptionsOf(received);
        foreach (var setting in MqttSettings.OfMessage.Where(setting => setting != MqttSettings.MessageExpiry))
            Assert.Equal(sent.Options.Find(setting), again.Find(setting));
    }

    [Fact]
    public async Task Plain_messages_share_their_details()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription("plain"), null, CancellationToken.None);

        await session.PublishAsync(Message("plain", "1"), CancellationToken.None);
        await session.PublishAsync(Message("plain", "2"), CancellationToken.None);

        var first = await surroundings.NextInAsync("plain");
        Assert.Same(first.Details, (await surroundings.NextInAsync("plain")).Details);
        Assert.Equal(["qos", "retain", "subscription_ids"], first.Details.Select(detail => detail.Field.Key));
    }

    [Fact]
    public async Task What_needs_5_0_is_refused_on_3_1_1_with_the_reason()
    {
        var session = await ConnectAsync(new Surroundings(), ("mqtt.version", "3.1.1"));

        var options = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(Message("a", "x", ("content_type", "text/plain")), CancellationToken.None)
        );
        var headers = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(Message("a", "x") with { Headers = [new Header("a", "b")] }, CancellationToken.None)
        );
        var subscription = await Assert.ThrowsAsync<TransportException>(() =>
            session.SubscribeAsync(Subscription("a", ("no_local", true)), null, CancellationToken.None)
        );

        Assert.All([options, headers, subscription], failure => Assert.Equal(FailureKind.Configuration, failure.Kind));
        Assert.Contains("content_type needs MQTT 5.0", options.Message, StringComparison.Ordinal);
        Assert.Contains("no_local of the subscription needs MQTT 5.0", subscription.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_local_leaves_out_what_this_connection_sends()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(Subscription("mine/#", ("no_local", true)), null, CancellationToken.None);
        await session.SubscribeAsync(new Subscription("all"), null, CancellationToken.None);

        await session.PublishAsync(Message("mine/1", "x"), CancellationToken.None);
        await session.PublishAsync(Message("all", "x"), CancellationToken.None);

        Assert.Equal("all", (await surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Theory]
    [InlineData("always", "kept")]
    [InlineData("never", "end")]
    public async Task Retain_handling_says_whether_retained_messages_come(string handling, string first)
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.PublishAsync(Message("kept", "x", ("retain", true), ("qos", 1L)), CancellationToken.None);
        await session.SubscribeAsync(new Subscription("end"), null, CancellationToken.None);

        await session.SubscribeAsync(Subscription("kept", ("retain_handling", handling)), null, CancellationToken.None);
        await session.PublishAsync(Message("end", "x"), CancellationToken.None);

        Assert.Equal(first, (await surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_denied_message_of_5_0_is_a_result_with_the_reason(int qos)
    {
        await using var strict = await Mosquitto.StartAsync(acl: "topic read #\n");
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(strict.Port),
            new Surroundings().Context,
            CancellationToken.None
        );

        var result = await session
            .PublishAsync(Message("denied/x", "x", ("qos", qos)), CancellationToken.None)
            .WaitAsync(Surroundings.Patience);

        Assert.False(result.IsAccepted);
        Assert.Equal("not authorized (0x87)", result.Text);
    }

    [Theory]
    [InlineData("5.0", 0, "sent; QoS 0 is not acknowledged")]
    [InlineData("5.0", 1, "accepted by the broker; nobody subscribes to it")]
    [InlineData("3.1.1", 1, "acknowledged by the broker")]
    [InlineData("3.1.1", 2, "acknowledged by the broker")]
    public async Task What_the_broker_answered_is_said_in_words(string version, int qos, string words)
    {
        var session = await ConnectAsync(new Surroundings(), ("mqtt.version", version));

        var result = await session.PublishAsync(Message("nobody", "x", ("qos", qos)), CancellationToken.None);

        Assert.True(result.IsAccepted);
        Assert.Equal(words, result.Text);
    }

    [Fact]
    public async Task Another_client_with_the_same_id_ends_the_session_for_good()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var twin = MqttProfiles.Of(broker.Port, ("mqtt.client_id", "twin"));
        await using var first = await MqttProfiles.Transport.ConnectAsync(
            twin,
            new Surroundings().Context,
            CancellationToken.None
        );

        await using var second = await MqttProfiles.Transport.ConnectAsync(
            twin,
            new Surroundings().Context,
            CancellationToken.None
        );

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            first.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(FailureKind.TakenOver, lost.Kind);
        Assert.True(lost.IsFinal);
        Assert.Contains("\"twin\"", lost.Message, StringComparison.Ordinal);
        Assert.False(second.Completion.IsCompleted);
    }

    // This mosquitto closes the older connection without a word, in every version.
    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task A_take_over_that_the_broker_does_not_announce_is_named_as_a_possible_cause(string version)
    {
        (string, string)[] twin = [("mqtt.client_id", "twin"), ("mqtt.version", version)];
        var first = await ConnectAsync(new Surroundings(), twin);

        await ConnectAsync(new Surroundings(), twin);

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            first.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains("another client uses the client id \"twin\"", lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task A_kept_session_brings_what_was_missed(string version)
    {
        (string, string)[] kept =
        [
            ("mqtt.client_id", "keeper"),
            ("mqtt.clean_session", "false"),
            ("mqtt.version", version),
        ];
        var before = new Surroundings();
        var session = await ConnectAsync(before, kept);
        Assert.StartsWith("New session", (await before.Notices.Reader.ReadAsync()).Text, StringComparison.Ordinal);
        await session.SubscribeAsync(Subscription("missed", ("qos", 1L)), null, CancellationToken.None);
        await session.DisposeAsync();
        var sending = await ConnectAsync(new Surroundings());
        await sending.PublishAsync(Message("missed", "while away", ("qos", 1L)), CancellationToken.None);

        var after = new Surroundings();
        await ConnectAsync(after, kept);

        Assert.Equal("while away", Text(await after.NextInAsync("missed")));
        Assert.StartsWith("Session resumed", (await after.Notices.Reader.ReadAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keep_alive_that_the_broker_imposes_is_kept()
    {
        await using var strict = await Mosquitto.StartAsync(more: "max_keepalive 20");
        var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(strict.Port, ("mqtt.keep_alive", "0s")),
            new Surroundings().Context,
            CancellationToken.None
        );
        Own(session);

        Assert.Contains(session.Facts, fact => fact is { Label: "keep alive", Value: "20s" });
        Assert.True((await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None)).IsAccepted);
    }

    [Fact]
    public async Task The_longest_topic_and_a_large_payload_arrive_whole()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        var topic = string.Join('/', Enumerable.Repeat(new string('t', 1023), 64))[..65_535];
        var payload = new byte[10 << 20];
        Random.Shared.NextBytes(payload);
        await session.SubscribeAsync(new Subscription("#"), null, CancellationToken.None);

        await session.PublishAsync(new OutgoingMessage { Topic = topic, Payload = payload }, CancellationToken.None);

        var received = await surroundings.NextAsync(message => message.Direction == Direction.In);
        Assert.Equal(topic, received.Topic);
        Assert.True(received.Payload.Span.SequenceEqual(payload));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/+", "wildcard")]
    [InlineData("a\0", "NUL")]
    public async Task A_topic_that_cannot_be_sent_is_refused_before_anything_is_sent(string topic, string words)
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(Message(topic, "x"), CancellationToken.None)
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, surroundings.Inbox.Received);
    }

    [Fact]
    public async Task A_header_that_is_too_long_is_refused_and_the_session_lives_on()
    {
        var session = await ConnectAsync(new Surroundings());
        var message = Message("a", "x", ("qos", 1)) with { Headers = [new Header("name", new string('x', 70_000))] };

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(message, CancellationToken.None)
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        var after = await session.PublishAsync(Message("a", "x", ("qos", 1)), CancellationToken.None);
        Assert.True(after.IsAccepted);
    }

    internal static Subscription Subscription(string topic, params (string Key, object Value)[] options) =>
        new(topic, Values(MqttProfiles.Transport.SubscribeSettings, options));

    internal static OutgoingMessage Message(
        string topic,
        string payload,
        params (string Key, object Value)[] options
    ) =>
        new()
        {
            Topic = topic,
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
            Options = Values(MqttProfiles.Transport.PublishSettings, options),
        };

    internal static string Text(Message message) => System.Text.Encoding.UTF8.GetString(message.Payload.Span);

    private static SettingValues Values(IReadOnlyList<Setting> settings, (string Key, object Value)[] options) =>
        options.Aggregate(
            SettingValues.Empty,
            (values, option) =>
                values.WithObject(
                    settings.Single(setting => setting.Key == option.Key),
                    option.Value is int number ? (long)number : option.Value
                )
        );
}
