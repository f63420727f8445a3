using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Kafka;

/// <summary>Connections that are cut while records flow, supervised as the program does it.</summary>
public sealed class KafkaLossTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Topic = "flow";
    private KafkaBroker _broker = null!;
    private KafkaFront _front = null!;

    public async Task InitializeAsync()
    {
        _broker = await KafkaBroker.StartAsync(Topic);
        _front = new KafkaFront(_broker.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        await _broker.DisposeAsync();
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("inspectors")]
    public async Task Nothing_is_missing_and_nothing_comes_twice_over_cut_connections(string group)
    {
        const int Rounds = 5;
        const int Each = 200;
        var surroundings = new Surroundings();
        var losses = 0;
        await using var supervisor = Supervise(
            surroundings,
            happened => Interlocked.Add(ref losses, happened is SessionEvent.Waiting ? 1 : 0),
            ("kafka.consumer_group", group),
            ("kafka.start", "earliest"),
            ("subscribe", Topic)
        );
        supervisor.Start();
        using var producer = _broker.Producer();
        var got = new List<Message>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = Volatile.Read(ref losses);
            await WriteAsync(producer, round * Each, Each);
            await TakeAsync(surroundings, got, (round * Each) + 1);
            _front.Cut();
            await Surroundings.UntilAsync(() => Volatile.Read(ref losses) > before, "the loss is noticed");
            await TakeAsync(surroundings, got, (round + 1) * Each);
        }

        await WriteAsync(producer, Rounds * Each, 1);
        await TakeAsync(surroundings, got, (Rounds * Each) + 1);
        Assert.Equal((Rounds * Each) + 1, got.Count);
        Assert.Equal(
            Enumerable.Range(0, (Rounds * Each) + 1),
            got.Select(message =>
                    int.Parse(Encoding.UTF8.GetString(message.Payload.Span), CultureInfo.InvariantCulture)
                )
                .Order()
        );
        foreach (var partition in got.GroupBy(message => message.Details.Find("partition")!.Value.Number))
        {
            var offsets = partition.Select(message => message.Details.Find("offset")!.Value.Number).ToList();
            Assert.Equal(Enumerable.Range(0, offsets.Count).Select(offset => (long)offset), offsets);
        }
    }

    [Fact]
    public async Task The_end_that_was_meant_first_stays_the_end_after_a_loss()
    {
        var surroundings = new Surroundings(capacity: 5);
        using var producer = _broker.Producer();
        await WriteAsync(producer, 0, 100);
        await using var supervisor = Supervise(surroundings, _ => { });
        await supervisor.SubscribeAsync(
            KafkaProfiles.Subscription(Topic, ("start", "earliest"), ("until", "end")),
            CancellationToken.None
        );
        supervisor.Start();
        var got = new List<Message>();
        await TakeAsync(surroundings, got, 10);
        _front.Cut();
        await WriteAsync(producer, 100, 50);

        await TakeAsync(surroundings, got, 100);

        var mark = await surroundings.NextAsync(_ => true);
        Assert.Equal(HistoryMark.Finished, mark.Mark);
        Assert.DoesNotContain(got, message => Encoding.UTF8.GetString(message.Payload.Span).Length > 2);
    }

    [Fact]
    public async Task What_a_group_has_read_is_committed_and_another_session_goes_on_there()
    {
        using var producer = _broker.Producer();
        await WriteAsync(producer, 0, 40);
        (string, string)[] values = [("kafka.consumer_group", "billing"), ("kafka.start", "earliest")];
        var first = new Surroundings();
        var got = new List<Message>();
        await using (var session = await _broker.ConnectAsync(first, values))
        {
            await session.SubscribeAsync(new Subscription(Topic), null, CancellationToken.None);
            await TakeAsync(first, got, 40);
            // What was taken counts as read with the next that comes.
            await WriteAsync(producer, 40, 1);
            await TakeAsync(first, got, 41);
        }

        await WriteAsync(producer, 41, 9);
        var second = new Surroundings();
        await using var next = await _broker.ConnectAsync(second, values);
        await next.SubscribeAsync(new Subscription(Topic), null, CancellationToken.None);
        var rest = new List<Message>();
        await TakeAsync(second, rest, 9);

        Assert.Equal(
            50,
            got.Concat(rest)
                .Select(message => Encoding.UTF8.GetString(message.Payload.Span))
                .Distinct(StringComparer.Ordinal)
                .Count()
        );
    }

    [Theory]
    [InlineData("topic/1", "shares the partitions out")]
    public async Task In_a_group_not_everything_can_be_subscribed(string topic, string words)
    {
        await using var session = await _broker.ConnectAsync(new Surroundings(), ("kafka.consumer_group", "g"));

        var result = await session.SubscribeAsync(
            new Subscription(topic.Replace("topic", Topic, StringComparison.Ordinal)),
            null,
            CancellationToken.None
        );

        Assert.False(result.IsAccepted);
        Assert.Contains(words, result.Text, StringComparison.Ordinal);
    }

    private SessionSupervisor Supervise(
        Surroundings surroundings,
        Action<SessionEvent> report,
        params (string, string)[] values
    )
    {
        var profile = KafkaProfiles.At(_front.Port, values);
        return new SessionSupervisor(
            KafkaProfiles.Transport,
            _ => Task.FromResult(profile),
            surroundings.Inbox,
            report,
            new SupervisorOptions(new ReconnectPolicy()),
            TimeProvider.System,
            NullLogger.Instance
        );
    }

    private static async Task WriteAsync(IProducer<byte[]?, byte[]?> producer, int first, int count) =>
        await Task.WhenAll(
            Enumerable
                .Range(first, count)
                .Select(number =>
                    producer.ProduceAsync(
                        new TopicPartition(Topic, number % 4),
                        new Message<byte[]?, byte[]?>
                        {
                            Value = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
                        }
                    )
                )
        );

    private static async Task TakeAsync(Surroundings surroundings, List<Message> into, int count)
    {
        while (into.Count < count)
            into.Add(await surroundings.NextAsync(message => message.Mark == HistoryMark.None));
    }
}
