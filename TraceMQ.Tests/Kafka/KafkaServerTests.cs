using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Kafka;

/// <summary>The test broker as a server of ours.</summary>
public sealed class KafkaServerTests : IAsyncLifetime
{
    private KafkaBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await KafkaBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task What_clients_write_is_listed_with_its_key_and_topics_are_made_by_it()
    {
        await Kcat.RunAsync("k|hello\n", ["-b", _broker.Address, "-P", "-t", "made.by.kcat", "-K", "|"]);

        var message = await _broker.Surroundings.NextInAsync("made.by.kcat");
        Assert.Equal("hello", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal("k"u8.ToArray(), message.Details.Find("key")!.Value.Bytes.ToArray());
        Assert.NotNull(message.SourceTime);
    }

    [Fact]
    public async Task What_the_server_publishes_is_listed_once_as_sent_and_reaches_clients()
    {
        for (var i = 0; i < 20; i++)
        {
            var result = await _broker.Session.PublishAsync(
                KafkaProfiles.Message("orders", $"own {i}"),
                CancellationToken.None
            );
            Assert.True(result.IsAccepted, result.Text);
        }

        var read = await Kcat.RunAsync(
            "",
            ["-b", _broker.Address, "-C", "-t", "orders", "-o", "beginning", "-e", "-q"]
        );
        Assert.Equal(20, read.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await Kcat.RunAsync("foreign\n", ["-b", _broker.Address, "-P", "-t", "orders"]);
        var sent = 0;
        var first = await _broker.Surroundings.NextAsync(message =>
        {
            sent += message.Direction == Direction.Out ? 1 : 0;
            return message.Direction == Direction.In;
        });
        Assert.Equal("foreign", Encoding.UTF8.GetString(first.Payload.Span));
        Assert.Equal(20, sent);
    }

    [Fact]
    public async Task It_says_where_it_listens_and_what_it_cannot_do()
    {
        Assert.Equal([$"kafka://{_broker.Address}"], _broker.Session.ListensOn);
        Assert.Equal(4, _broker.Session.Facts.Count(fact => fact.Label == "cannot"));
        Assert.False(_broker.Session.Capabilities.HasFlag(Capabilities.Subscribe));
        var refused = await _broker.Session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);
        Assert.False(refused.IsAccepted);
    }

    [Fact]
    public async Task Whatever_is_asked_of_a_stopped_server_is_a_transport_failure()
    {
        await _broker.Session.DisposeAsync();
        await _broker.Session.DisposeAsync();

        Assert.True(_broker.Session.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<TransportException>(() =>
            _broker.Session.PublishAsync(KafkaProfiles.Message("a", "x"), CancellationToken.None)
        );
    }

    [Fact]
    public async Task A_test_of_a_server_profile_says_where_it_would_listen()
    {
        var steps = new List<TestStep>();
        await foreach (
            var step in KafkaProfiles.Transport.TestAsync(
                KafkaProfiles.Of(("mode", "server")),
                new Surroundings().Context,
                CancellationToken.None
            )
        )
            steps.Add(step);

        var only = Assert.Single(steps);
        Assert.True(only.IsPassed);
        Assert.StartsWith("kafka://127.0.0.1:", only.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_deleted_before_it_was_read_is_counted()
    {
        await _broker.Session.PublishAsync(KafkaProfiles.Message("big/0", "first"), CancellationToken.None);
        var narrow = new Surroundings(capacity: 1);
        await using var session = await _broker.ConnectAsync(narrow);
        await session.SubscribeAsync(
            KafkaProfiles.Subscription("big/0", ("start", "earliest")),
            null,
            CancellationToken.None
        );
        var position = new Transport.Kafka.KafkaPosition(
            [new Transport.Kafka.PartitionPlan(0, 0, 0, null)],
            IsMarked: true
        );
        await session.UnsubscribeAsync(new Subscription("big/0"), CancellationToken.None);
        using (var producer = _broker.Producer())
        {
            // More than the test broker keeps of a partition.
            for (var i = 0; i < 30; i++)
                await producer.ProduceAsync(
                    new Confluent.Kafka.TopicPartition("big", 0),
                    new Confluent.Kafka.Message<byte[]?, byte[]?> { Value = new byte[500_000] }
                );
        }

        await session.SubscribeAsync(new Subscription("big/0"), position, CancellationToken.None);

        var notice = await narrow.Notices.Reader.ReadAsync();
        Assert.Matches(@"^In partition 0 of big \d+ records \(offsets 0 to \d+\) were deleted", notice.Text);
    }
}
