using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Kafka;

namespace TraceMQ.Tests.Kafka;

/// <summary>Topics that get partitions while they are read. The test broker cannot add any; the front hides them first.</summary>
public sealed class KafkaPartitionTests
{
    private const string Topic = "growing";

    [Fact]
    public async Task A_partition_that_a_topic_gets_is_read_from_its_beginning()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var surroundings = new Surroundings(time: time);
        await using var broker = await KafkaBroker.StartAsync(Topic);
        await using var front = new KafkaFront(broker.Port) { Partitions = 2 };
        await using var session = await KafkaProfiles.Transport.ConnectAsync(
            KafkaProfiles.At(front.Port),
            surroundings.Context,
            CancellationToken.None
        );
        var result = await session.SubscribeAsync(new Subscription(Topic), null, CancellationToken.None);
        Assert.StartsWith("2 partitions", result.Text, StringComparison.Ordinal);
        await WriteAsync(broker, 3, "early");
        await WriteAsync(broker, 1, "known");
        Assert.Equal("known", await NextAsync(surroundings));

        front.Partitions = 4;
        var notice = surroundings.NoticeAsync("got 2 more partitions");
        while (!notice.IsCompleted)
        {
            time.Advance(PartitionWatch.Interval);
            await Task.WhenAny(notice, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        Assert.Equal("early", await NextAsync(surroundings));
        await WriteAsync(broker, 2, "late");
        Assert.Equal("late", await NextAsync(surroundings));
        await WriteAsync(broker, 0, "as before");
        Assert.Equal("as before", await NextAsync(surroundings));
        var position = Assert.IsType<KafkaPosition>(session.PositionOf(new Subscription(Topic)));
        Assert.Equal([1L, 1L, 1L, 1L], position.Partitions.Select(item => item.Next));
    }

    private async Task<string> NextAsync(Surroundings surroundings)
    {
        var message = await surroundings.NextAsync(message => message.Mark == HistoryMark.None);
        return Encoding.UTF8.GetString(message.Payload.Span);
    }

    private async Task WriteAsync(KafkaBroker broker, int partition, string text)
    {
        using var producer = broker.Producer();
        await producer.ProduceAsync(
            new TopicPartition(Topic, partition),
            new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(text) }
        );
    }
}
