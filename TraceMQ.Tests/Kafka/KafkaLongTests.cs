using System.Buffers.Text;
using System.Text;
using Confluent.Kafka;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Kafka;

[Trait("Category", "Long")]
public sealed class KafkaLongTests
{
    [Fact]
    public async Task Of_a_million_records_none_is_missing_and_each_partition_keeps_its_order()
    {
        const int Count = 1_000_000;
        await using var broker = await KafkaBroker.StartAsync("million");
        using (
            var producer = broker.Producer(config =>
            {
                // The test broker keeps 5 MB in a partition, counted as they come.
                config.CompressionType = CompressionType.Zstd;
                config.LingerMs = 50;
                config.BatchSize = 900_000;
                config.QueueBufferingMaxMessages = 2_000_000;
            })
        )
        {
            for (var i = 0; i < Count; i++)
                producer.Produce(
                    new TopicPartition("million", i % 4),
                    new Message<byte[]?, byte[]?> { Value = Encoding.ASCII.GetBytes($"{i}") }
                );
            producer.Flush(Surroundings.Patience);
        }

        var surroundings = new Surroundings();
        await using var session = await broker.ConnectAsync(surroundings);
        await session.SubscribeAsync(
            KafkaProfiles.Subscription("million", ("start", "earliest"), ("until", "end")),
            null,
            CancellationToken.None
        );
        var next = new[] { 0, 1, 2, 3 };
        var got = 0;
        while (await surroundings.NextAsync(_ => true) is { Mark: HistoryMark.None } message)
        {
            Assert.True(Utf8Parser.TryParse(message.Payload.Span, out int number, out _));
            Assert.Equal(next[number % 4], number);
            next[number % 4] += 4;
            got++;
        }

        Assert.Equal(Count, got);
        Assert.Equal(0, surroundings.Inbox.Dropped);
    }
}
