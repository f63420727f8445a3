using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Tests.Kafka;

public sealed class KafkaBrowseTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private KafkaBroker _broker = null!;
    private ISession _session = null!;

    public async Task InitializeAsync()
    {
        _broker = await KafkaBroker.StartAsync("a", "b");
        _session = await _broker.ConnectAsync(_surroundings);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Topics_have_partitions_with_what_is_stored_and_what_we_have_still_to_read()
    {
        var narrow = new Surroundings(capacity: 2);
        await using var session = await _broker.ConnectAsync(narrow);
        await session.SubscribeAsync(new Subscription("a/1"), null, CancellationToken.None);
        for (var i = 0; i < 5; i++)
            await _session.PublishAsync(KafkaProfiles.Message("a/1", "x"), CancellationToken.None);
        await Surroundings.UntilAsync(() => narrow.Inbox.Received >= 2, "the reader stands before a full inbox");

        var topics = await KafkaTree.ListAsync(session, "topics", 2);
        Assert.Equal(["a", "b"], topics.Select(node => node.Name));
        Assert.Equal("5", KafkaTree.FactOf(topics[0], "messages"));
        Assert.Equal("3", KafkaTree.FactOf(topics[0], "our lag"));
        Assert.Equal("-", KafkaTree.FactOf(topics[1], "our lag"));
        Assert.Equal("a", topics[0].Opens!.Topic);

        var partition = (await KafkaTree.ListAsync(session, "topics\u001fa", 4))[1];
        Assert.Equal("a/1", partition.Name);
        Assert.Equal(["1", "0", "5", "5", "3", "1", "1"], partition.Facts.Select(fact => fact.Value));
        Assert.Equal("a/1", partition.SendTo!.Topic);
    }

    [Fact]
    public async Task The_roots_tell_of_groups_only_where_some_are_asked_for()
    {
        Assert.Equal(["topics", "brokers"], (await KafkaTree.ListAsync(_session, null, 9)).Select(node => node.Name));
        await using var session = await _broker.ConnectAsync(_surroundings, ("kafka.lag_of", "billing"));
        Assert.Equal(
            ["topics", "brokers", "consumer groups"],
            (await KafkaTree.ListAsync(session, null, 9)).Select(node => node.Name)
        );
        var broker = Assert.Single(await KafkaTree.ListAsync(session, "brokers", 1));
        Assert.Equal(_broker.Address, KafkaTree.FactOf(broker, "address"));
        Assert.Equal("8", KafkaTree.FactOf(broker, "leads"));
    }

    [Fact]
    public async Task A_list_goes_on_living()
    {
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var hasSeen = false;
        await foreach (var node in _session.Feature<IBrowsable>()!.ListAsync(new NodePath("topics"), stop.Token))
        {
            if (node.Name == "a" && KafkaTree.FactOf(node, "messages") == "0")
                await _session.PublishAsync(KafkaProfiles.Message("a", "x"), CancellationToken.None);
            hasSeen = node.Name == "a" && KafkaTree.FactOf(node, "messages") == "1";
            if (hasSeen)
                break;
        }

        Assert.True(hasSeen);
    }
}
