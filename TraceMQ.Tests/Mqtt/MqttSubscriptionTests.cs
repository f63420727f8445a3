using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>The kinds of subscriptions, against a real mosquitto, and where a broker says that it has not got them.</summary>
public sealed class MqttSubscriptionTests : MosquittoTests
{
    [Fact]
    public async Task A_subscription_that_is_made_again_keeps_its_id()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);
        await session.SubscribeAsync(new Subscription("b"), null, CancellationToken.None);
        await session.UnsubscribeAsync(new Subscription("a"), CancellationToken.None);
        await session.SubscribeAsync(MqttSessionTests.Subscription("a", ("qos", 1L)), null, CancellationToken.None);

        await MosquittoSub.PublishAsync(Broker.Port, "a", "x");

        Assert.Equal([1L], IdsOf(await surroundings.NextInAsync("a")));
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task The_members_of_a_shared_subscription_share_its_messages(string version)
    {
        const int Sent = 20;
        Surroundings[] members = [new(), new()];
        foreach (var member in members)
        {
            var session = await ConnectAsync(member, ("mqtt.version", version));
            var result = await session.SubscribeAsync(
                MqttSessionTests.Subscription("$share/inspectors/jobs/#", ("qos", 1L)),
                null,
                CancellationToken.None
            );
            Assert.True(result.IsAccepted, result.Text);
        }

        var sending = await ConnectAsync(new Surroundings());
        for (var i = 0; i < Sent; i++)
            await sending.PublishAsync(
                MqttSessionTests.Message("jobs/1", i.ToString(CultureInfo.InvariantCulture), ("qos", 1L)),
                CancellationToken.None
            );

        await Surroundings.UntilAsync(
            () => members.Sum(member => member.Inbox.Received) >= Sent,
            "all messages have come"
        );
        var shares = members.Select(TextsOf).ToArray();
        Assert.All(shares, share => Assert.NotEmpty(share));
        Assert.Equal(
            Enumerable.Range(0, Sent),
            shares.SelectMany(share => share).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Order()
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retain_as_published_keeps_the_flag_of_live_messages(bool isKept)
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            MqttSessionTests.Subscription("state", ("retain_as_published", isKept)),
            null,
            CancellationToken.None
        );

        await MosquittoSub.PublishAsync(Broker.Port, "state", "x", "-r");

        Assert.Equal(isKept, (await surroundings.NextInAsync("state")).Details.Find("retain")?.Flag);
    }

    [Fact]
    public async Task Retain_handling_new_brings_retained_messages_once()
    {
        await MosquittoSub.PublishAsync(Broker.Port, "state", "kept", "-r");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        var subscription = MqttSessionTests.Subscription("state", ("retain_handling", "new"));

        await session.SubscribeAsync(subscription, null, CancellationToken.None);
        var first = await surroundings.NextInAsync("state");
        await session.SubscribeAsync(subscription, null, CancellationToken.None);
        await MosquittoSub.PublishAsync(Broker.Port, "state", "live");

        Assert.Equal("kept", MqttSessionTests.Text(first));
        Assert.Equal("live", MqttSessionTests.Text(await surroundings.NextInAsync("state")));
    }

    // CONNACK with shared subscriptions (0x2A), wildcards (0x28) and identifiers (0x29) not available.
    [Theory]
    [InlineData("$share/g/a", "the broker has no shared subscriptions")]
    [InlineData("a/#", "the broker takes no wildcards")]
    public async Task What_the_broker_says_it_has_not_got_is_not_asked_for(string topic, string words)
    {
        var asked = new TaskCompletionSource<byte[]>();
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                byte[] poor = [0x20, 0x09, 0x00, 0x00, 0x06, 0x2A, 0x00, 0x28, 0x00, 0x29, 0x00];
                await stream.WriteAsync(poor, stop);
                var subscribe = await MqttPackets.ReadAsync(stream, stop);
                asked.SetResult(subscribe);
                byte[] subAck = [0x90, 0x04, subscribe[2], subscribe[3], 0x00, 0x00];
                await stream.WriteAsync(subAck, stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(peer.Port),
            new Surroundings().Context,
            CancellationToken.None
        );

        var refused = await session.SubscribeAsync(new Subscription(topic), null, CancellationToken.None);
        var accepted = await session.SubscribeAsync(new Subscription("plain"), null, CancellationToken.None);

        Assert.False(refused.IsAccepted);
        Assert.Contains(words, refused.Text, StringComparison.Ordinal);
        Assert.True(accepted.IsAccepted);
        var subscribe = await asked.Task.WaitAsync(Surroundings.Patience);
        Assert.Contains("plain", System.Text.Encoding.Latin1.GetString(subscribe), StringComparison.Ordinal);
        // The identifier would be a property, and its length is the third byte after the header.
        Assert.Equal(0, subscribe[4]);
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task No_local_on_a_shared_subscription_is_refused_before_it_is_sent()
    {
        var session = await ConnectAsync(new Surroundings());

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.SubscribeAsync(
                MqttSessionTests.Subscription("$share/g/a", ("no_local", true)),
                null,
                CancellationToken.None
            )
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("no_local", failure.Message, StringComparison.Ordinal);
        Assert.False(session.Completion.IsCompleted);
    }

    private static IReadOnlyList<long> IdsOf(Message message) =>
        message.Details.Find("subscription_ids")?.Numbers ?? [];

    private static List<string> TextsOf(Surroundings member)
    {
        var messages = new List<Message>();
        member.Inbox.Drain(messages, int.MaxValue);
        return [.. messages.Select(MqttSessionTests.Text)];
    }
}
