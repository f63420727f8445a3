using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.Mqtt;

/// <summary>What goes beyond connecting, subscribing and publishing, against a real mosquitto.</summary>
public sealed class MqttDepthTests : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private Mosquitto _broker = null!;

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync(more: "max_topic_alias 2");

    public async Task DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task The_will_of_a_client_that_is_cut_off_arrives_with_every_field()
    {
        await using var proxy = new CuttingProxy(_broker.Port);
        var witness = new Surroundings();
        var watching = await ConnectAsync(_broker.Port, witness);
        await watching.SubscribeAsync(
            MqttSessionTests.Subscription("clients/#", ("qos", 2)),
            null,
            CancellationToken.None
        );
        var session = await ConnectAsync(
            proxy.Port,
            new Surroundings(),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone"),
            ("mqtt.will.qos", "1"),
            ("mqtt.will.retain", "true"),
            ("mqtt.will.message_expiry", "1h"),
            ("mqtt.will.content_type", "text/plain"),
            ("mqtt.will.response_topic", "clients/answers"),
            ("mqtt.will.correlation_data", "hex:00ff"),
            ("mqtt.will.payload_format", "utf-8"),
            ("mqtt.will.user_properties", "why=lost")
        );

        proxy.Cut();

        var will = await witness.NextInAsync("clients/inspector");
        Assert.Equal("gone", MqttSessionTests.Text(will));
        Assert.Equal(1, will.Details.Find("qos")?.Number);
        Assert.Equal("text/plain", will.Details.Find("content_type")?.Text);
        Assert.Equal("clients/answers", will.Details.Find("response_topic")?.Text);
        Assert.Equal([0x00, 0xFF], will.Details.Find("correlation_data")?.Bytes.ToArray());
        Assert.Equal("utf-8", will.Details.Find("payload_format")?.Text);
        Assert.InRange(will.Details.Find("message_expiry")!.Value.Number, 3590, 3600);
        Assert.Equal([new Header("why", "lost")], will.Headers);
        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(FailureKind.Lost, lost.Kind);
    }

    [Theory]
    [InlineData("3.1")]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task The_will_of_a_client_that_says_goodbye_is_not_published(string version)
    {
        var witness = new Surroundings();
        var watching = await ConnectAsync(_broker.Port, witness);
        await watching.SubscribeAsync(new Subscription("clients/#"), null, CancellationToken.None);
        var session = await ConnectAsync(
            _broker.Port,
            new Surroundings(),
            ("mqtt.version", version),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone")
        );

        await session.DisposeAsync();
        await watching.PublishAsync(MqttSessionTests.Message("clients/end", "x"), CancellationToken.None);

        Assert.Equal("clients/end", (await witness.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Fact]
    public async Task A_delayed_will_does_not_come_where_the_client_is_back_in_time()
    {
        await using var proxy = new CuttingProxy(_broker.Port);
        var witness = new Surroundings();
        var watching = await ConnectAsync(_broker.Port, witness);
        await watching.SubscribeAsync(new Subscription("clients/#"), null, CancellationToken.None);
        (string, string)[] profile =
        [
            ("mqtt.client_id", "delayed"),
            ("mqtt.clean_session", "false"),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.delay", "30s"),
        ];
        await ConnectAsync(proxy.Port, new Surroundings(), profile);
        proxy.Cut();

        await ConnectAsync(proxy.Port, new Surroundings(), profile);
        await watching.PublishAsync(MqttSessionTests.Message("clients/end", "x"), CancellationToken.None);

        Assert.Equal("clients/end", (await witness.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Fact]
    public async Task Overlapping_subscriptions_are_told_apart_by_their_ids()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(_broker.Port, surroundings);
        await session.SubscribeAsync(new Subscription("plant/#"), null, CancellationToken.None);
        var second = await session.SubscribeAsync(new Subscription("plant/+/alarm"), null, CancellationToken.None);

        await session.PublishAsync(MqttSessionTests.Message("plant/1/alarm", "x"), CancellationToken.None);
        await session.PublishAsync(MqttSessionTests.Message("plant/2", "y"), CancellationToken.None);

        var ids = new List<long>();
        while (ids.Count < 2)
            ids.AddRange(
                (await surroundings.NextInAsync("plant/1/alarm")).Details.Find("subscription_ids")!.Value.Numbers
            );
        Assert.Equal([1, 2], ids.Order());
        var only = await surroundings.NextInAsync("plant/2");
        Assert.Equal([1], only.Details.Find("subscription_ids")!.Value.Numbers);
        Assert.Equal("granted QoS 0, subscription id 2", second.Text);
    }

    [Fact]
    public async Task Members_of_a_shared_subscription_share_the_messages()
    {
        var first = new Surroundings();
        var second = new Surroundings();
        foreach (var surroundings in new[] { first, second })
        {
            var member = await ConnectAsync(_broker.Port, surroundings);
            await member.SubscribeAsync(new Subscription("$share/team/jobs/#"), null, CancellationToken.None);
        }

        var sender = await ConnectAsync(_broker.Port, new Surroundings());
        for (var i = 0; i < 10; i++)
            await sender.PublishAsync(MqttSessionTests.Message($"jobs/{i}", "x", ("qos", 1)), CancellationToken.None);

        await Surroundings.UntilAsync(() => first.Inbox.Received + second.Inbox.Received == 10, "every job came once");
        Assert.NotEqual(0, first.Inbox.Received);
        Assert.NotEqual(0, second.Inbox.Received);
    }

    [Fact]
    public async Task A_number_takes_the_topics_place_from_its_second_message_on()
    {
        var witness = new Surroundings();
        var watching = await ConnectAsync(_broker.Port, witness);
        await watching.SubscribeAsync(new Subscription("#"), null, CancellationToken.None);
        var session = await ConnectAsync(_broker.Port, new Surroundings());
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var publishes = PublishesAsync(session.Feature<IWireLog>()!, 6, stop.Token);

        string[] topics = ["a", "b", "c", "a", "b", "c"];
        foreach (var topic in topics)
            await session.PublishAsync(
                MqttSessionTests.Message(topic, "x", ("topic_alias", true)),
                CancellationToken.None
            );

        foreach (var topic in topics)
            Assert.Equal(topic, (await witness.NextAsync(message => message.Direction == Direction.In)).Topic);
        // The broker takes two numbers: the third topic is sent as it is.
        Assert.Equal(["a:1", "b:2", "c:", ":1", ":2", "c:"], await publishes);
    }

    [Fact]
    public async Task A_broker_of_5_0_keeps_back_what_is_larger_than_we_take()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(_broker.Port, surroundings, ("mqtt.maximum_packet_size", "1KB"));
        await session.SubscribeAsync(new Subscription("size/#"), null, CancellationToken.None);
        var sender = await ConnectAsync(_broker.Port, new Surroundings());

        await sender.PublishAsync(
            MqttSessionTests.Message("size/large", new string('x', 2000)),
            CancellationToken.None
        );
        await sender.PublishAsync(MqttSessionTests.Message("size/small", "x"), CancellationToken.None);

        Assert.Equal("size/small", (await surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Fact]
    public async Task A_broker_of_3_1_1_that_sends_more_than_we_take_is_left_with_a_reason()
    {
        var session = await ConnectAsync(
            _broker.Port,
            new Surroundings(),
            ("mqtt.version", "3.1.1"),
            ("mqtt.maximum_packet_size", "1KB")
        );
        await session.SubscribeAsync(new Subscription("size/#"), null, CancellationToken.None);
        var sender = await ConnectAsync(_broker.Port, new Surroundings());

        await sender.PublishAsync(
            MqttSessionTests.Message("size/large", new string('x', 2000)),
            CancellationToken.None
        );

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains("mqtt.maximum_packet_size is 1KB", lost.Message, StringComparison.Ordinal);
    }

    /// <summary>The topic and the alias of each message that is sent.</summary>
    private static async Task<List<string>> PublishesAsync(IWireLog wire, int count, CancellationToken stop)
    {
        var found = new List<string>();
        await foreach (var packet in wire.ReadAsync(only: null, stop))
        {
            if (packet is not { Kind: "PUBLISH", Direction: Direction.Out })
                continue;
            found.Add($"{Field("topic")}:{Field("topic alias")}");
            if (found.Count == count)
                break;

            string? Field(string label) => packet.Fields.FirstOrDefault(fact => fact.Label == label)?.Value;
        }

        return found;
    }

    private async Task<ISession> ConnectAsync(int port, Surroundings surroundings, params (string, string)[] values)
    {
        var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(port, values),
            surroundings.Context,
            CancellationToken.None
        );
        _owned.Add(session);
        return session;
    }
}
