using Amqp;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Server;

public sealed class HubBrowseTests
{
    [Fact]
    public async Task Partitions_tell_what_they_hold_and_who_reads_them()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        for (var i = 0; i < 3; i++)
            await MicrosoftClientTests.PublishAsync(hub, "1", "x");
        var reader = await client.ReceiverAsync("1", epoch: 4);
        reader.SetCredit(1, CreditMode.Manual);
        await reader.ReceiveAsync(Surroundings.Patience);

        var partition = await NodeAsync(hub, ["partitions"], node => node.Name == "1");
        var readers = await NodeAsync(hub, ["partitions", "1"], _ => true);

        Assert.Equal("3", Fact(partition, "events"));
        Assert.Equal("0", Fact(partition, "first"));
        Assert.Equal("2", Fact(partition, "last"));
        Assert.Equal("1", Fact(partition, "readers"));
        Assert.Equal("1", partition.SendTo?.Topic);
        Assert.Equal("$Default", Fact(readers, "group"));
        Assert.Equal("1", Fact(readers, "next"));
        Assert.Equal("2", Fact(readers, "behind"));
        Assert.Equal("4", Fact(readers, "owner level"));
    }

    [Fact]
    public async Task Clients_tell_what_they_do_by_link_and_go_when_they_go()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var client = await LiteClient.OpenAsync(hub);
        var sender = await client.SenderAsync("telemetry");
        await sender.SendAsync(LiteClient.Event("x"));
        await client.ReceiverAsync("1");

        var node = await NodeAsync(hub, ["clients"], item => Fact(item, "links") == "2");
        Assert.Equal("1", Fact(node, "sent"));
        Assert.Equal("TCP", Fact(node, "way"));
        Assert.Equal("1", Fact(node, "tokens"));
        var sends = await NodeAsync(hub, ["clients", node.Name], link => Fact(link, "does") == "sends to the hub");
        Assert.Equal("1", Fact(sends, "messages"));
        Assert.Equal("telemetry", Fact(sends, "path"));
        var gone = NodeAsync(hub, ["clients"], item => item.IsGone);
        await client.DisposeAsync();

        Assert.Equal(node.Name, (await gone).Name);
    }

    [Fact]
    public async Task A_client_is_disconnected_with_a_reason_and_the_others_stay()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var first = await LiteClient.OpenAsync(hub);
        var ended = new TaskCompletionSource<Amqp.Framing.Error>();
        first.Connection.Closed += (_, error) => ended.TrySetResult(error);
        var node = await NodeAsync(hub, ["clients"], _ => true);
        await using var second = await LiteClient.OpenAsync(hub);

        var result = await RunAsync(hub, node, "disconnect", "maintenance");

        Assert.True(result.IsDone, result.Text);
        var error = await ended.Task.WaitAsync(Surroundings.Patience);
        Assert.Equal("amqp:connection:forced", error.Condition);
        Assert.Equal("maintenance", error.Description);
        await second.SenderAsync("telemetry");
        await Surroundings.UntilAsync(
            () => !RunAsync(hub, node, "disconnect", "again").GetAwaiter().GetResult().IsDone,
            "it is gone"
        );
    }

    [Fact]
    public async Task A_link_is_ended_alone()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var receiver = await client.ReceiverAsync("0");
        var sender = await client.SenderAsync("telemetry");
        var owner = await NodeAsync(hub, ["clients"], _ => true);
        var link = await NodeAsync(hub, ["clients", owner.Name], item => item.Name == receiver.Name);

        var result = await RunAsync(hub, link, "detach", "not now");

        Assert.True(result.IsDone, result.Text);
        Assert.Equal("not now", (await LiteClient.EndOfAsync(receiver)).Description);
        await sender.SendAsync(LiteClient.Event("x"));
    }

    [Fact]
    public async Task A_partition_is_cleared_after_its_plan_was_shown()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await MicrosoftClientTests.PublishAsync(hub, "1", "x");
        await MicrosoftClientTests.PublishAsync(hub, "1", "x");
        var browser = hub.Session.Feature<IBrowsable>()!;
        var node = await NodeAsync(hub, ["partitions"], item => item.Name == "1");
        var action = Assert.Single(node.Actions);

        var plan = await browser.PlanAsync(
            node.Path,
            new ActionCall(action, SettingValues.Empty),
            CancellationToken.None
        );
        var result = await browser.RunAsync(plan, CancellationToken.None);

        Assert.True(action.IsChange);
        Assert.Equal("drops 2 events of partition 1", plan.Summary);
        Assert.Equal("Dropped 2 events of partition 1.", result.Text);
        Assert.Equal("0", Fact(await NodeAsync(hub, ["partitions"], item => item.Name == "1"), "events"));
    }

    private static async Task<ActionResult> RunAsync(LocalHubServer hub, Node node, string name, string reason)
    {
        var browser = hub.Session.Feature<IBrowsable>()!;
        var action = node.Actions.First(item => item.Name == name);
        var values = SettingValues.Empty.With((Setting<string>)action.Settings[0], reason);
        var plan = await browser.PlanAsync(node.Path, new ActionCall(action, values), CancellationToken.None);
        return await browser.RunAsync(plan, CancellationToken.None);
    }

    /// <summary>Looks on until a node is as it should be.</summary>
    private static async Task<Node> NodeAsync(LocalHubServer hub, string[] parent, Func<Node, bool> isWanted)
    {
        var path = parent.Skip(1).Aggregate(new NodePath(parent[0]), (above, key) => above.Child(key));
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        await foreach (var node in hub.Session.Feature<IBrowsable>()!.ListAsync(path, timeout.Token))
        {
            if (isWanted(node))
                return node;
        }

        throw new InvalidOperationException("the listing has ended");
    }

    private static string? Fact(Node node, string label) =>
        node.Facts.FirstOrDefault(fact => fact.Label == label)?.Value;
}
