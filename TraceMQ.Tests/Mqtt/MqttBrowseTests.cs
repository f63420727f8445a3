using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Mqtt;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

public sealed class MqttBrowseTests
{
    [Fact]
    public async Task Retained_topics_of_a_broker_are_listed_without_disturbing_what_is_subscribed()
    {
        await using var broker = await Mosquitto.StartAsync();
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(surroundings, broker.Port);
        await RetainAsync(session, "plant/a", "1.5");
        await RetainAsync(session, "plant/b", "on");
        await session.SubscribeAsync(new Subscription("end"), null, CancellationToken.None);
        var received = surroundings.Inbox.Received;
        var browsable = session.Feature<IBrowsable>()!;

        var root = (await ListAsync(browsable, null)).First(node => node.Name == "retained topics");
        var topics = await ListAsync(browsable, root.Path);

        Assert.Equal(["plant/a", "plant/b"], topics.Select(node => node.Name));
        Assert.Equal(["topic", "size", "preview"], topics[0].Facts.Select(fact => fact.Label));
        Assert.Equal(["plant/a", "3", "1.5"], topics[0].Facts.Select(fact => fact.Value));
        Assert.Equal(new Subscription("plant/a"), topics[0].Opens);
        Assert.Equal("plant/a", topics[0].SendTo?.Topic);
        Assert.Equal(received, surroundings.Inbox.Received);
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task Clearing_a_subtree_shows_its_topics_first_and_changes_nothing_until_it_runs()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var session = await ConnectAsync(new Surroundings(), broker.Port);
        foreach (var topic in new[] { "plant/a", "plant/b/c", "other" })
            await RetainAsync(session, topic, "x");
        var browsable = session.Feature<IBrowsable>()!;
        var root = (await ListAsync(browsable, null)).First(node => node.Name == "retained topics");
        var clear = root.Actions.Single();
        Assert.True(clear.IsChange);
        var pattern = (Setting<string>)clear.Settings.Single();

        var plan = await browsable.PlanAsync(
            root.Path,
            new ActionCall(clear, SettingValues.Empty.With(pattern, "plant/#")),
            CancellationToken.None
        );

        Assert.Equal("clears 2 retained messages", plan.Summary);
        Assert.Equal(["plant/a", "plant/b/c"], plan.Steps);
        Assert.Equal(3, (await ListAsync(browsable, root.Path)).Count);
        var result = await browsable.RunAsync(plan, CancellationToken.None);
        Assert.True(result.IsDone, result.Text);
        Assert.Equal("other", Assert.Single(await ListAsync(browsable, root.Path)).Name);
    }

    [Fact]
    public async Task The_empty_messages_that_clear_are_listed_as_sent()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var embedded = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();
        await using var client = await ConnectAsync(surroundings, broker.Port);

        await SentByClearingAsync(client, surroundings, qos: 1);
        await SentByClearingAsync(embedded.Session, embedded.Surroundings, qos: 0);
    }

    [Fact]
    public async Task Clearing_on_what_has_ended_says_so_and_lists_nothing_as_sent()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var embedded = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();
        await using var client = await ConnectAsync(surroundings, broker.Port);
        foreach (
            var (session, inbox) in new[]
            {
                (client, surroundings.Inbox),
                (embedded.Session, embedded.Surroundings.Inbox),
            }
        )
        {
            var browsable = session.Feature<IBrowsable>()!;
            var clear = (await ListAsync(browsable, null)).First(node => node.Path == RetainedNodes.RootPath).Actions;
            var call = new ActionCall(clear.Single(), SettingValues.Empty);
            await session.DisposeAsync();
            var received = inbox.Received;

            var result = await browsable.RunAsync(
                new ActionPlan(RetainedNodes.RootPath, call, "", ["a", "b"]),
                CancellationToken.None
            );

            Assert.False(result.IsDone);
            Assert.StartsWith(
                "Cleared 0 retained messages, then stopped at \"a\": The ",
                result.Text,
                StringComparison.Ordinal
            );
            Assert.Equal(received, inbox.Received);
        }
    }

    [Fact]
    public async Task Clearing_that_the_broker_denies_says_where_it_stopped()
    {
        await using var broker = await Mosquitto.StartAsync(acl: "topic read #\ntopic write kept/a\n");
        await using var session = await ConnectAsync(new Surroundings(), broker.Port);
        await RetainAsync(session, "kept/a", "x");
        var browsable = session.Feature<IBrowsable>()!;
        var root = (await ListAsync(browsable, null)).First(node => node.Name == "retained topics");
        var node = (await ListAsync(browsable, root.Path)).Single();
        var plan = await browsable.PlanAsync(
            node.Path,
            new ActionCall(node.Actions.Single(), SettingValues.Empty),
            CancellationToken.None
        );
        Assert.Equal(["kept/a"], plan.Steps);

        var result = await browsable.RunAsync(plan with { Steps = ["kept/a", "kept/b"] }, CancellationToken.None);

        Assert.False(result.IsDone);
        Assert.Equal("Cleared 1 retained message, then stopped at \"kept/b\": not authorized (0x87).", result.Text);
    }

    [Fact]
    public async Task The_card_of_a_broker_shows_its_version_and_what_it_can_do()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var session = await ConnectAsync(new Surroundings(), broker.Port);

        var nodes = await ListAsync(session.Feature<IBrowsable>()!, null);

        // Yielded again with what was found meanwhile: the last one of a path counts.
        var card = nodes.Last(node => node.Kind == "server");
        Assert.StartsWith(
            "mosquitto version",
            card.Facts.Single(fact => fact.Label == "version").Value,
            StringComparison.Ordinal
        );
        Assert.Contains(card.Facts, fact => fact is { Label: "maximum QoS", Value: "2" });
        Assert.Contains(card.Facts, fact => fact is { Label: "protocol", Value: "MQTT 5.0" });
    }

    [Fact]
    public async Task Retained_topics_of_our_own_broker_are_listed_and_cleared_too()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await broker.Session.PublishAsync(MqttSessionTests.Message("a", "1", ("retain", true)), CancellationToken.None);
        await broker.Session.PublishAsync(MqttSessionTests.Message("b", "2", ("retain", true)), CancellationToken.None);
        await using var client = await ConnectAsync(new Surroundings(), broker.Port);

        foreach (var browsable in new[] { broker.Session.Feature<IBrowsable>()!, client.Feature<IBrowsable>()! })
        {
            var topics = await ListAsync(browsable, RetainedNodes.RootPath);
            Assert.NotEmpty(topics);
            var node = topics[0];
            var plan = await browsable.PlanAsync(
                node.Path,
                new ActionCall(node.Actions.Single(), SettingValues.Empty),
                CancellationToken.None
            );
            Assert.True((await browsable.RunAsync(plan, CancellationToken.None)).IsDone);
            Assert.Equal(topics.Count - 1, (await ListAsync(browsable, RetainedNodes.RootPath)).Count);
        }
    }

    internal static async Task<IReadOnlyList<Node>> ListAsync(IBrowsable browsable, NodePath? parent)
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var nodes = new List<Node>();
        await foreach (var node in browsable.ListAsync(parent, timeout.Token))
            nodes.Add(node);
        return nodes;
    }

    private static async Task SentByClearingAsync(ISession session, Surroundings surroundings, long qos)
    {
        foreach (var topic in new[] { "plant/a", "plant/b" })
            await RetainAsync(session, topic, "x");
        var browsable = session.Feature<IBrowsable>()!;
        var root = (await ListAsync(browsable, null)).First(node => node.Path == RetainedNodes.RootPath);
        var plan = await browsable.PlanAsync(
            root.Path,
            new ActionCall(root.Actions.Single(), SettingValues.Empty),
            CancellationToken.None
        );
        var listed = new List<Message>();
        surroundings.Inbox.Drain(listed, int.MaxValue);
        listed.Clear();

        Assert.True((await browsable.RunAsync(plan, CancellationToken.None)).IsDone);

        surroundings.Inbox.Drain(listed, int.MaxValue);
        Assert.Equal(["plant/a", "plant/b"], listed.Select(message => message.Topic));
        Assert.All(
            listed,
            message =>
            {
                Assert.Equal(Direction.Out, message.Direction);
                Assert.Equal(0, message.Payload.Length);
                Assert.True(message.Details.Find("retain")!.Value.Flag);
                Assert.Equal(qos, message.Details.Find("qos")!.Value.Number);
            }
        );
    }

    private static async Task RetainAsync(ISession session, string topic, string payload)
    {
        var result = await session.PublishAsync(
            MqttSessionTests.Message(topic, payload, ("retain", true), ("qos", 1L)),
            CancellationToken.None
        );
        Assert.True(result.IsAccepted, result.Text);
    }

    private static Task<ISession> ConnectAsync(Surroundings surroundings, int port) =>
        MqttProfiles.Transport.ConnectAsync(MqttProfiles.Of(port), surroundings.Context, CancellationToken.None);
}
