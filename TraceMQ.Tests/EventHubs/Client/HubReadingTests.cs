using System.Globalization;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.EventHubs.Server;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.EventHubs.Client;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Client;

public sealed class HubReadingTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private readonly List<ISession> _sessions = [];
    private LocalHubServer _hub = null!;

    public async Task InitializeAsync() =>
        _hub = await LocalHubServer.StartAsync(
            ("eventhubs.partition_count", "2"),
            ("eventhubs.consumer_groups", "inspectors")
        );

    public async Task DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
        await _hub.DisposeAsync();
    }

    [Theory]
    [InlineData("amqp")]
    [InlineData("amqps")]
    [InlineData("amqp+ws")]
    [InlineData("amqp+wss")]
    public async Task An_event_comes_with_its_facts_over_every_carrier(string scheme)
    {
        await using var hub = await MicrosoftClientTests.StartAsync(scheme);
        var session = await ConnectAsync(HubProfiles.Of(hub));
        await SubscribeAsync(session, "");

        var published = await session.PublishAsync(
            new OutgoingMessage
            {
                Topic = "",
                Payload = "hot"u8.ToArray(),
                Headers = [new Header("unit", "C")],
                Options = SettingValues
                    .Empty.With(HubSettings.PartitionKey, "kiln-1")
                    .With(HubSettings.ContentType, "text/plain")
                    .With(HubSettings.MessageId, "m1")
                    .With(HubSettings.CorrelationId, "c1"),
            },
            CancellationToken.None
        );

        Assert.True(published.IsAccepted, published.Text);
        var received = await _surroundings.NextInAsync();
        Assert.Equal("3", received.Topic);
        Assert.Equal("hot"u8.ToArray(), received.Payload.ToArray());
        Assert.Equal([new Header("unit", "C")], received.Headers);
        Assert.Equal("3", received.Details.Find("partition")?.Text);
        Assert.Equal(0, received.Details.Find("sequence")?.Number);
        Assert.Equal("0", received.Details.Find("offset")?.Text);
        Assert.Equal("kiln-1", received.Details.Find("key")?.Text);
        Assert.Equal("text/plain", received.Details.Find("content_type")?.Text);
        Assert.Equal("m1", received.Details.Find("message_id")?.Text);
        Assert.Equal("c1", received.Details.Find("correlation_id")?.Text);
        Assert.Equal(received.SourceTime, received.Details.Find("enqueued_time")?.Time);
        Assert.InRange(received.SourceTime!.Value, received.Time.AddSeconds(-30), received.Time.AddSeconds(30));
    }

    [Theory]
    [InlineData("earliest", "0,1,2,3,4")]
    [InlineData("last:2", "3,4")]
    [InlineData("last:9", "0,1,2,3,4")]
    [InlineData("sequence:3", "3,4")]
    [InlineData("sequence:5", "")]
    [InlineData("-1h", "0,1,2,3,4")]
    [InlineData("latest", "")]
    public async Task It_begins_where_it_is_told_and_says_when_the_history_has_come(string start, string expected)
    {
        await FillAsync("0", 5);
        var session = await ConnectAsync();

        await SubscribeAsync(session, "0", start);
        var before = start == "latest" ? [] : await UntilMarkAsync(HistoryMark.CaughtUp, "0");
        await FillAsync("0", 1, from: 5);
        var live = await _surroundings.NextInAsync("0");

        Assert.Equal(expected, string.Join(',', before.Select(TextOf)));
        Assert.All(before, message => Assert.True(message.IsReplayed));
        Assert.Equal("5", TextOf(live));
        Assert.False(live.IsReplayed);
    }

    [Fact]
    public async Task An_offset_and_a_time_are_places_too()
    {
        await FillAsync("0", 3);
        var session = await ConnectAsync();
        await SubscribeAsync(session, "0", "earliest", "end");
        var all = await UntilMarkAsync(HistoryMark.Finished, "0");

        await SubscribeAsync(session, "0", $"offset:{all[1].Details.Find("offset")?.Text}", "end");
        var fromOffset = await UntilMarkAsync(HistoryMark.Finished, "0");
        var time = all[2].SourceTime!.Value;
        await SubscribeAsync(session, "0", time.ToString("O", CultureInfo.InvariantCulture), "end");
        var fromTime = await UntilMarkAsync(HistoryMark.Finished, "0");

        Assert.Equal("1,2", string.Join(',', fromOffset.Select(TextOf)));
        Assert.Contains("2", fromTime.Select(TextOf));
    }

    [Theory]
    [InlineData("end", "0,1,2,3,4")]
    [InlineData("sequence:2", "0,1,2")]
    [InlineData("sequence:4", "0,1,2,3,4")]
    public async Task It_ends_where_it_is_told(string until, string expected)
    {
        await FillAsync("0", 5);
        var session = await ConnectAsync();

        await SubscribeAsync(session, "0", "earliest", until);
        var all = await UntilMarkAsync(HistoryMark.Finished, "0");

        Assert.Equal(expected, string.Join(',', all.Select(TextOf)));
    }

    [Fact]
    public async Task An_empty_hub_is_at_its_end_at_once_and_so_is_what_is_subscribed_again()
    {
        var session = await ConnectAsync();
        await SubscribeAsync(session, "", "earliest", "end");
        Assert.Empty(await UntilMarkAsync(HistoryMark.Finished, ""));
        var subscription = Of("", "earliest", "end");
        await session.DisposeAsync();
        var position = session.PositionOf(subscription);

        var next = await ConnectAsync();
        await next.SubscribeAsync(subscription, position, CancellationToken.None);

        Assert.Empty(await UntilMarkAsync(HistoryMark.Finished, ""));
    }

    [Fact]
    public async Task All_partitions_have_one_mark_behind_what_was_stored_in_them()
    {
        await FillAsync("0", 20);
        await FillAsync("1", 30);
        var session = await ConnectAsync();

        await SubscribeAsync(session, "", "earliest");
        var history = await UntilMarkAsync(HistoryMark.CaughtUp, "");

        Assert.Equal(20, history.Count(message => message.Topic == "0"));
        Assert.Equal(30, history.Count(message => message.Topic == "1"));
    }

    [Fact]
    public async Task Some_partitions_are_read_alone()
    {
        await FillAsync("0", 2);
        await FillAsync("1", 2);
        var session = await ConnectAsync(("eventhubs.partitions", "1"), ("eventhubs.start", "earliest"));

        await session.SubscribeAsync(new Subscription(""), null, CancellationToken.None);
        var history = await UntilMarkAsync(HistoryMark.CaughtUp, "");

        Assert.All(history, message => Assert.Equal("1", message.Topic));
        Assert.Equal(2, history.Count);
    }

    [Fact]
    public async Task A_partition_key_reads_its_partition_and_only_its_events()
    {
        var sender = await ConnectAsync();
        foreach (var key in (string[])["kiln-1", "kiln-2", "kiln-3", "kiln-1"])
            await PublishAsync(sender, key);
        var session = await ConnectAsync(("eventhubs.partition_key", "kiln-1"), ("eventhubs.start", "earliest"));

        var result = await session.SubscribeAsync(new Subscription(""), null, CancellationToken.None);
        var history = await UntilMarkAsync(HistoryMark.CaughtUp, "");

        var partition = PartitionHash.IndexOf("kiln-1", 2).ToString(CultureInfo.InvariantCulture);
        Assert.StartsWith($"partition {partition} ", result.Text, StringComparison.Ordinal);
        Assert.Equal(2, history.Count);
        Assert.All(history, message => Assert.Equal("kiln-1", message.Details.Find("key")?.Text));
    }

    [Fact]
    public async Task A_replacement_goes_on_behind_the_last_event_and_gives_the_mark_once()
    {
        await FillAsync("0", 10);
        var subscription = Of("", "earliest");
        var session = await ConnectAsync();
        await session.SubscribeAsync(subscription, null, CancellationToken.None);
        await UntilMarkAsync(HistoryMark.CaughtUp, "");
        await session.DisposeAsync();
        var position = session.PositionOf(subscription);
        await FillAsync("0", 3, from: 10);
        await FillAsync("1", 1, from: 13);

        var next = await ConnectAsync();
        await next.SubscribeAsync(subscription, position, CancellationToken.None);
        var rest = new List<Message>();
        while (rest.Count < 4)
            rest.Add(await _surroundings.NextAsync(_ => true));

        Assert.Contains("sequence 9 of partition 0", position?.Text, StringComparison.Ordinal);
        Assert.All(rest, message => Assert.Equal(HistoryMark.None, message.Mark));
        Assert.Equal("10,11,12", string.Join(',', rest.Where(message => message.Topic == "0").Select(TextOf)));
        Assert.Equal("13", string.Join(',', rest.Where(message => message.Topic == "1").Select(TextOf)));
    }

    [Fact]
    public async Task What_expired_before_it_could_be_read_is_said()
    {
        await using var small = await LocalHubServer.StartAsync(
            ("eventhubs.partition_count", "1"),
            ("eventhubs.retention_count", "3")
        );
        await FillAsync("0", 2, hub: small);
        var subscription = Of("0", "earliest");
        var session = await ConnectAsync(HubProfiles.Of(small));
        await session.SubscribeAsync(subscription, null, CancellationToken.None);
        await UntilMarkAsync(HistoryMark.CaughtUp, "0");
        await session.DisposeAsync();
        await FillAsync("0", 8, from: 2, hub: small);

        var next = await ConnectAsync(HubProfiles.Of(small));
        await next.SubscribeAsync(subscription, session.PositionOf(subscription), CancellationToken.None);

        Assert.Equal("7", TextOf(await _surroundings.NextInAsync("0")));
        await _surroundings.NoticeAsync("5 events (sequence 2 to 6) expired");
    }

    [Fact]
    public async Task A_reader_with_an_owner_level_keeps_us_out_with_a_way_out_and_without_one_we_never_own()
    {
        var owner = await ConnectAsync(("eventhubs.owner_level", "5"));
        await SubscribeAsync(owner, "0");
        var session = await ConnectAsync();

        var refused = await session.SubscribeAsync(new Subscription("0"), null, CancellationToken.None);
        var elsewhere = await ConnectAsync(("eventhubs.consumer_group", "inspectors"));
        await SubscribeAsync(elsewhere, "0");

        Assert.False(refused.IsAccepted);
        Assert.Contains("another consumer group", refused.Text, StringComparison.Ordinal);
        Assert.False(session.Completion.IsCompleted);
        Assert.Single(HubProfiles.Transport.LeavesBehind(HubProfiles.Of(_hub, ("eventhubs.owner_level", "5"))));
        Assert.Empty(HubProfiles.Transport.LeavesBehind(HubProfiles.Of(_hub)));
    }

    [Fact]
    public async Task A_reader_that_is_put_out_ends_for_good_with_the_way_out()
    {
        var session = await ConnectAsync();
        await SubscribeAsync(session, "0");
        var owner = await ConnectAsync(("eventhubs.owner_level", "1"));

        await SubscribeAsync(owner, "0");

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(FailureKind.TakenOver, lost.Kind);
        Assert.Contains("another consumer group", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_a_partition_and_a_place_that_are_not_there_are_refused_in_words()
    {
        var session = await ConnectAsync();
        var other = await ConnectAsync(("eventhubs.consumer_group", "nobody"));

        var noPartition = await session.SubscribeAsync(new Subscription("7"), null, CancellationToken.None);
        var noGroup = await other.SubscribeAsync(new Subscription(""), null, CancellationToken.None);
        var future = await session.SubscribeAsync(Of("", "2999-01-01T00:00:00Z"), null, CancellationToken.None);
        await SubscribeAsync(session, "0", "sequence:100");

        Assert.Equal("the hub telemetry has no partition 7; it has 0, 1", noPartition.Text);
        Assert.Contains("no consumer group nobody", noGroup.Text, StringComparison.Ordinal);
        Assert.Contains("future", future.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sixth_reader_is_refused_in_words()
    {
        for (var i = 0; i < 5; i++)
            await SubscribeAsync(await ConnectAsync(), "0");
        var sixth = await ConnectAsync();

        var refused = await sixth.SubscribeAsync(new Subscription("0"), null, CancellationToken.None);

        Assert.False(refused.IsAccepted);
        Assert.Contains("all the readers that it may have", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_published_at_once_goes_out_in_batches_and_keeps_its_order()
    {
        var session = await ConnectAsync();
        await SubscribeAsync(session, "1");

        // The first opens the link, which the others would wait for in any order.
        await PublishToAsync(session, "1", 0);
        var results = await Task.WhenAll(
            Enumerable.Range(1, 499).Select(number => PublishToAsync(session, "1", number))
        );

        Assert.All(results, result => Assert.True(result.IsAccepted, result.Text));
        Assert.Contains(results, result => result.Text.Contains("in a batch of", StringComparison.Ordinal));
        for (var i = 0; i < 500; i++)
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), TextOf(await _surroundings.NextInAsync()));
    }

    [Fact]
    public async Task What_is_too_large_or_contradicts_itself_is_not_sent()
    {
        var session = await ConnectAsync();

        var large = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(
                new OutgoingMessage { Topic = "", Payload = new byte[2 << 20] },
                CancellationToken.None
            )
        );
        var both = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(
                new OutgoingMessage { Topic = "0", Options = SettingValues.Empty.With(HubSettings.PartitionKey, "k") },
                CancellationToken.None
            )
        );

        Assert.Equal(FailureKind.Configuration, large.Kind);
        Assert.Contains("at most 1048576", large.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Configuration, both.Kind);
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_large_event_comes_whole_in_many_frames()
    {
        var payload = new byte[900_000];
        new Random(1).NextBytes(payload);
        var session = await ConnectAsync();
        await SubscribeAsync(session, "0");

        await session.PublishAsync(new OutgoingMessage { Topic = "0", Payload = payload }, CancellationToken.None);

        Assert.True((await _surroundings.NextInAsync("0")).Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task Every_kind_of_body_that_Microsofts_client_sends_is_shown_in_its_own_terms()
    {
        await MicrosoftClientTests.RunAsync("bodies", _hub.ConnectionString);
        var session = await ConnectAsync();

        await SubscribeAsync(session, "", "earliest", "end");
        var all = await UntilMarkAsync(HistoryMark.Finished, "");

        var kinds = all.ToLookup(message => message.Details.Find("body")?.Text ?? "data");
        Assert.Equal([0, 255, 1], kinds["data"].First().Payload.ToArray());
        Assert.Equal("a value", TextOf(kinds["value: string"].First()));
        Assert.Equal("""{"map":[1,"two",null,true]}""", TextOf(kinds["value: map"].First()));
        Assert.NotEmpty(kinds["sequence"]);
        var value = kinds["value: string"].First();
        Assert.Contains(new Header("kind", "value"), value.Headers);
        Assert.Contains("x-mine=kept", value.Details.Find("annotations")?.Text, StringComparison.Ordinal);
        Assert.Equal("id", value.Details.Find("message_id")?.Text);
    }

    [Fact]
    public async Task Partitions_and_our_readers_are_nodes_with_this_readers_lag()
    {
        await FillAsync("0", 7);
        var session = await ConnectAsync();
        await SubscribeAsync(session, "0", "earliest");
        await UntilMarkAsync(HistoryMark.CaughtUp, "0");
        var browser = session.Feature<IBrowsable>()!;

        var partitions = await ListAsync(browser, new NodePath("hub"), 2);
        var readers = await ListAsync(browser, new NodePath("readers"), 1);

        Assert.Contains(new Fact("first sequence", "0"), partitions[0].Facts);
        Assert.Contains(new Fact("last sequence", "6"), partitions[0].Facts);
        Assert.Contains(new Fact("this reader's lag", "0"), partitions[0].Facts);
        Assert.Contains(new Fact("this reader's lag", "-"), partitions[1].Facts);
        Assert.Equal("0", partitions[0].Opens?.Topic);
        Assert.Contains(new Fact("read up to", "6"), readers[0].Facts);
        Assert.Contains(new Fact("state", "live"), readers[0].Facts);
    }

    private static async Task<IReadOnlyList<Node>> ListAsync(IBrowsable browser, NodePath path, int count)
    {
        var nodes = new List<Node>();
        using var limit = new CancellationTokenSource(Surroundings.Patience);
        await foreach (var node in browser.ListAsync(path, limit.Token))
        {
            nodes.Add(node);
            if (nodes.Count == count)
                break;
        }

        return nodes;
    }

    private static string TextOf(Message message) => Encoding.UTF8.GetString(message.Payload.Span);

    private static Subscription Of(string topic, string? start = null, string? until = null)
    {
        var options = SettingValues.Empty;
        if (start is not null)
            options = options.With(HubClientSettings.Start, StartPoint.Parse(start)!);
        if (until is not null)
            options = options.With(HubClientSettings.Until, StartPoint.Parse(until)!);
        return new Subscription(topic, options);
    }

    private async Task FillAsync(string partition, int count, int from = 0, LocalHubServer? hub = null)
    {
        for (var i = 0; i < count; i++)
            await MicrosoftClientTests.PublishAsync(
                hub ?? _hub,
                partition,
                (from + i).ToString(CultureInfo.InvariantCulture)
            );
    }

    private static Task<PublishResult> PublishAsync(ISession session, string key) =>
        session.PublishAsync(
            new OutgoingMessage
            {
                Topic = "",
                Payload = Encoding.UTF8.GetBytes(key),
                Options = SettingValues.Empty.With(HubSettings.PartitionKey, key),
            },
            CancellationToken.None
        );

    private static Task<PublishResult> PublishToAsync(ISession session, string partition, int number) =>
        session.PublishAsync(
            new OutgoingMessage
            {
                Topic = partition,
                Payload = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
            },
            CancellationToken.None
        );

    private Task<ISession> ConnectAsync(params (string Key, string Value)[] values) =>
        ConnectAsync(HubProfiles.Of(_hub, values));

    private async Task<ISession> ConnectAsync(Profile profile)
    {
        var session = await HubProfiles.Transport.ConnectAsync(profile, _surroundings.Context, CancellationToken.None);
        _sessions.Add(session);
        return session;
    }

    private static async Task SubscribeAsync(ISession session, string topic, string? start = null, string? until = null)
    {
        var result = await session.SubscribeAsync(Of(topic, start, until), null, CancellationToken.None);
        Assert.True(result.IsAccepted, result.Text);
    }

    /// <summary>What comes before a mark.</summary>
    private async Task<IReadOnlyList<Message>> UntilMarkAsync(HistoryMark mark, string topic)
    {
        var before = new List<Message>();
        while (true)
        {
            var message = await _surroundings.NextAsync(item => item.Direction == Direction.In);
            if (message.Mark == HistoryMark.None)
            {
                before.Add(message);
                continue;
            }

            Assert.Equal(mark, message.Mark);
            Assert.Equal(topic, message.Topic);
            return before;
        }
    }
}
