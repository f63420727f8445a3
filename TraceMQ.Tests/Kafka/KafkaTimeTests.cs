using System.Text;
using Confluent.Kafka;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Kafka;

/// <summary>Reading from a time and to a time, which the test broker cannot look up; the front answers for it.</summary>
public sealed class KafkaTimeTests
{
    private const string Topic = "times";

    [Theory]
    [InlineData("2026-01-01T00:00:03Z", "2026-01-01T00:00:05Z", "3,4,5")]
    [InlineData("2026-01-01T00:00:03.500Z", "2026-01-01T00:00:04.999Z", "4")]
    [InlineData("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "0")]
    [InlineData("2026-01-01T00:01:00Z", "end", "")]
    [InlineData("2026-01-01T00:00:08Z", "end", "8,9")]
    public async Task Records_of_a_span_of_time_are_read(string start, string until, string expected)
    {
        await using var broker = await KafkaBroker.StartAsync(Topic);
        var first = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using (var producer = broker.Producer())
        {
            for (var i = 0; i < 10; i++)
                await producer.ProduceAsync(
                    new TopicPartition(Topic, 0),
                    new Message<byte[]?, byte[]?>
                    {
                        Value = [(byte)('0' + i)],
                        Timestamp = new Timestamp(first.AddSeconds(i)),
                    }
                );
        }

        await using var front = new KafkaFront(broker.Port)
        {
            // One record a second: what Kafka's index of times says.
            OffsetAt = (_, milliseconds) =>
                Math.Max(0, (milliseconds - first.ToUnixTimeMilliseconds() + 999) / 1000) is var offset and < 10
                    ? offset
                    : -1,
        };
        var surroundings = new Surroundings();
        await using var session = await KafkaProfiles.Transport.ConnectAsync(
            KafkaProfiles.At(front.Port),
            surroundings.Context,
            CancellationToken.None
        );
        var result = await session.SubscribeAsync(
            KafkaProfiles.Subscription($"{Topic}/0", ("start", start), ("until", until)),
            null,
            CancellationToken.None
        );
        Assert.True(result.IsAccepted, result.Text);

        var got = new List<Message>();
        while (got.Count == 0 || got[^1].Mark == HistoryMark.None)
            got.Add(await surroundings.NextAsync(_ => true));

        Assert.Equal(HistoryMark.Finished, got[^1].Mark);
        Assert.Equal(
            expected.Split(',', StringSplitOptions.RemoveEmptyEntries),
            got.SkipLast(1).Select(message => Encoding.UTF8.GetString(message.Payload.Span))
        );
        foreach (var message in got.SkipLast(1))
            Assert.Equal(first.AddSeconds(message.Payload.Span[0] - '0'), message.SourceTime);
    }
}
