using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.Mqtt;

/// <summary>What goes beyond connecting, subscribing and publishing, against a real mosquitto.</summary>
public sealed class MqttDepthTests() : MosquittoTests("max_topic_alias 2")
{
    [Fact]
    public async Task Overlapping_subscriptions_are_told_apart_by_their_ids()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(Broker.Port, surroundings);
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
            var member = await ConnectAsync(Broker.Port, surroundings);
            await member.SubscribeAsync(new Subscription("$share/team/jobs/#"), null, CancellationToken.None);
        }

        var sender = await ConnectAsync(Broker.Port, new Surroundings());
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
        var watching = await ConnectAsync(Broker.Port, witness);
        await watching.SubscribeAsync(new Subscription("#"), null, CancellationToken.None);
        var surroundings = new Surroundings();
        var session = await ConnectAsync(Broker.Port, surroundings);
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var publishes = PublishesAsync(surroundings.Context.Wire, 6, stop.Token);

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
        var session = await ConnectAsync(Broker.Port, surroundings, ("mqtt.maximum_packet_size", "1KB"));
        await session.SubscribeAsync(new Subscription("size/#"), null, CancellationToken.None);
        var sender = await ConnectAsync(Broker.Port, new Surroundings());

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
            Broker.Port,
            new Surroundings(),
            ("mqtt.version", "3.1.1"),
            ("mqtt.maximum_packet_size", "1KB")
        );
        await session.SubscribeAsync(new Subscription("size/#"), null, CancellationToken.None);
        var sender = await ConnectAsync(Broker.Port, new Surroundings());

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
    private static async Task<List<string>> PublishesAsync(WireLog wire, int count, CancellationToken stop)
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
}
