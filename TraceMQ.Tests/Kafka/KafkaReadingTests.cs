using System.Globalization;
using System.Text;
using Confluent.Kafka;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Kafka;

/// <summary>Reading from places in a topic, and to places in it.</summary>
public sealed class KafkaReadingTests : IAsyncLifetime
{
    private const string Topic = "readings";
    private readonly Surroundings _surroundings = new();
    private KafkaBroker _broker = null!;
    private ISession _session = null!;

    public async Task InitializeAsync()
    {
        _broker = await KafkaBroker.StartAsync(Topic, "empty");
        _session = await _broker.ConnectAsync(_surroundings);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task What_was_stored_comes_in_order_and_a_mark_behind_it()
    {
        await WriteAsync(0, 0, 10);
        await SubscribeAsync(Topic, ("start", "earliest"));

        var stored = await TakeAsync(10);
        Assert.Equal(Numbers(0, 10), stored.Select(Text));
        Assert.All(stored, message => Assert.True(message.IsReplayed));
        var mark = await _surroundings.NextAsync(_ => true);
        Assert.Equal((HistoryMark.CaughtUp, Topic), (mark.Mark, mark.Topic));

        await WriteAsync(0, 10, 1);
        var live = await _surroundings.NextAsync(_ => true);
        Assert.Equal("10", Text(live));
        Assert.False(live.IsReplayed);
        Assert.Equal(11, _surroundings.Inbox.Received);
    }

    [Theory]
    [InlineData("last:3", "7,8,9")]
    [InlineData("offset:8", "8,9")]
    [InlineData("offset:10", "")]
    [InlineData("earliest", "0,1,2,3,4,5,6,7,8,9")]
    [InlineData("latest", "")]
    public async Task Reading_begins_where_it_is_told_and_ends_at_the_end(string start, string expected)
    {
        await WriteAsync(2, 0, 10);
        await SubscribeAsync($"{Topic}/2", ("start", start), ("until", "end"));

        var wanted = expected.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(wanted, (await TakeAsync(wanted.Length)).Select(Text));
        var mark = await _surroundings.NextAsync(_ => true);
        Assert.Equal((HistoryMark.Finished, $"{Topic}/2"), (mark.Mark, mark.Topic));
    }

    [Fact]
    public async Task The_record_at_the_last_offset_is_included()
    {
        await WriteAsync(1, 0, 10);
        await SubscribeAsync($"{Topic}/1", ("start", "offset:2"), ("until", "offset:4"));

        Assert.Equal(["2", "3", "4"], (await TakeAsync(3)).Select(Text));
        Assert.Equal(HistoryMark.Finished, (await _surroundings.NextAsync(_ => true)).Mark);
    }

    [Fact]
    public async Task An_offset_that_is_still_to_come_ends_reading_when_it_has()
    {
        await WriteAsync(1, 0, 2);
        await SubscribeAsync($"{Topic}/1", ("start", "earliest"), ("until", "offset:3"));
        await TakeAsync(2);

        await WriteAsync(1, 2, 5);

        Assert.Equal(["2", "3"], (await TakeAsync(2)).Select(Text));
        Assert.Equal(HistoryMark.Finished, (await _surroundings.NextAsync(_ => true)).Mark);
    }

    [Fact]
    public async Task An_empty_topic_is_finished_at_once()
    {
        await SubscribeAsync("empty", ("start", "earliest"), ("until", "end"));

        Assert.Equal(HistoryMark.Finished, (await _surroundings.NextAsync(_ => true)).Mark);
    }

    [Fact]
    public async Task An_offset_that_is_not_stored_is_said_and_the_nearest_is_taken()
    {
        await WriteAsync(3, 0, 5);
        await SubscribeAsync($"{Topic}/3", ("start", "offset:500"));
        await WriteAsync(3, 5, 1);

        Assert.Equal("5", Text(await _surroundings.NextAsync(message => message.Mark == HistoryMark.None)));
        var notice = await _surroundings.Notices.Reader.ReadAsync();
        Assert.Contains("there is no offset 500", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_partitions_of_the_profile_are_read()
    {
        await using var session = await _broker.ConnectAsync(_surroundings, ("kafka.partitions", "1, 3"));
        foreach (var partition in Enumerable.Range(0, 4))
            await WriteAsync(partition, partition, 1);
        var result = await session.SubscribeAsync(
            KafkaProfiles.Subscription(Topic, ("start", "earliest"), ("until", "end")),
            null,
            CancellationToken.None
        );

        Assert.StartsWith("2 partitions", result.Text, StringComparison.Ordinal);
        Assert.Equal(["1", "3"], (await TakeAsync(2)).Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(HistoryMark.Finished, (await _surroundings.NextAsync(_ => true)).Mark);
    }

    [Fact]
    public async Task A_session_goes_on_where_the_one_before_stood()
    {
        await WriteAsync(0, 0, 5);
        await WriteAsync(1, 0, 5);
        var subscription = KafkaProfiles.Subscription(Topic, ("start", "earliest"));
        await _session.SubscribeAsync(subscription, null, CancellationToken.None);
        await TakeAsync(10);
        Assert.Equal(HistoryMark.CaughtUp, (await _surroundings.NextAsync(_ => true)).Mark);
        await _session.DisposeAsync();
        var position = _session.PositionOf(subscription);
        Assert.NotNull(position);
        Assert.Contains("offset 5 of partition 0", position.Text, StringComparison.Ordinal);
        await WriteAsync(0, 5, 3);

        await using var next = await _broker.ConnectAsync(_surroundings);
        await next.SubscribeAsync(subscription, position, CancellationToken.None);

        Assert.Equal(["5", "6", "7"], (await TakeAsync(3)).Select(Text));
    }

    [Theory]
    [InlineData("reading", "did you mean readings?")]
    [InlineData("readings/7", "4 partitions")]
    public async Task What_is_not_there_is_refused_in_words(string topic, string words)
    {
        var result = await _session.SubscribeAsync(new Subscription(topic), null, CancellationToken.None);

        Assert.False(result.IsAccepted);
        Assert.Contains(words, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_in_the_future_is_refused()
    {
        var result = await _session.SubscribeAsync(
            KafkaProfiles.Subscription(Topic, ("until", "2999-01-01T00:00:00Z")),
            null,
            CancellationToken.None
        );

        Assert.False(result.IsAccepted);
        Assert.Contains("in the future", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_makes_no_topic_and_no_group()
    {
        await _session.SubscribeAsync(new Subscription("never-made"), null, CancellationToken.None);
        await SubscribeAsync(Topic, ("start", "earliest"));
        await WriteAsync(0, 0, 1);
        await TakeAsync(1);
        await _session.DisposeAsync();

        using var producer = _broker.Producer();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        var metadata = admin.GetMetadata(Surroundings.Patience);
        Assert.Equal(["empty", Topic], metadata.Topics.Select(topic => topic.Topic).Order(StringComparer.Ordinal));
        var committed = await admin.ListConsumerGroupOffsetsAsync([
            new ConsumerGroupTopicPartitions("tracemq", [.. Enumerable.Range(0, 4).Select(Place)]),
        ]);
        Assert.All(committed[0].Partitions, item => Assert.Equal(Offset.Unset, item.Offset));
        static TopicPartition Place(int number) => new(Topic, number);
    }

    [Fact]
    public async Task What_a_full_inbox_has_no_room_for_waits_and_none_is_lost()
    {
        const int Count = 5_000;
        var narrow = new Surroundings(capacity: 10);
        await using var session = await _broker.ConnectAsync(narrow);
        await WriteAsync(0, 0, Count);
        await session.SubscribeAsync(
            KafkaProfiles.Subscription(Topic, ("start", "earliest")),
            null,
            CancellationToken.None
        );

        var got = new List<string>();
        while (got.Count < Count)
            got.Add(Text(await narrow.NextAsync(_ => true)));

        Assert.Equal(Numbers(0, Count), got);
        Assert.Equal(0, narrow.Inbox.Dropped);
    }

    private async Task SubscribeAsync(string topic, params (string Key, string Value)[] values)
    {
        var result = await _session.SubscribeAsync(
            KafkaProfiles.Subscription(topic, values),
            null,
            CancellationToken.None
        );
        Assert.True(result.IsAccepted, result.Text);
    }

    /// <summary>Writes numbers into a partition with a client of its own.</summary>
    private async Task WriteAsync(int partition, int first, int count)
    {
        using var producer = _broker.Producer();
        await Task.WhenAll(
            Numbers(first, count)
                .Select(number =>
                    producer.ProduceAsync(
                        new TopicPartition(Topic, partition),
                        new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(number) }
                    )
                )
        );
    }

    private async Task<IReadOnlyList<Message>> TakeAsync(int count)
    {
        var taken = new List<Message>();
        while (taken.Count < count)
            taken.Add(await _surroundings.NextAsync(_ => true));
        return taken;
    }

    private static IEnumerable<string> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Payload.Span);
}
