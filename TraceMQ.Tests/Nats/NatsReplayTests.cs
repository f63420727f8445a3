using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Nats;

public sealed class NatsReplayTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];
    private NatsServer _server = null!;
    private NatsConnection _library = null!;
    private NatsJSContext _js = null!;

    public async Task InitializeAsync()
    {
        _server = await NatsServer.StartAsync(hasJetStream: true);
        _library = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{_server.Port}" });
        _js = new NatsJSContext(_library);
        await _js.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]) { Storage = StreamConfigStorage.Memory });
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await _library.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("earliest", "1 2 3 4 5 6")]
    [InlineData("sequence:4", "4 5 6")]
    [InlineData("last:2", "5 6")]
    [InlineData("last:99", "1 2 3 4 5 6")]
    [InlineData("last_per_subject", "5 6")]
    [InlineData("-1h", "1 2 3 4 5 6")]
    [InlineData("2099-01-01T00:00:00Z", "")]
    [InlineData("latest", "")]
    public async Task A_stream_is_read_from_where_it_is_asked_to_the_end_and_says_so(string start, string sequences)
    {
        await StoreAsync(6);
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);

        var result = await session.SubscribeAsync(
            NatsProfiles.Subscription("orders.>", ("start", start), ("until", "end")),
            null,
            CancellationToken.None
        );

        Assert.True(result.IsAccepted, result.Text);
        var seen = await UntilMarkAsync(surroundings, HistoryMark.Finished);
        Assert.Equal(
            sequences,
            string.Join(' ', seen.Where(message => message.Mark == HistoryMark.None).Select(Sequence))
        );
        Assert.Single(seen, message => message.Mark != HistoryMark.None);
        Assert.Empty(await ConsumersLeftAsync(session));
    }

    [Fact]
    public async Task A_filter_chooses_subjects_and_what_it_finds_carries_where_it_is_stored()
    {
        await StoreAsync(6);
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("orders.1", ("stream", "ORDERS"), ("start", "earliest"), ("until", "end")),
            null,
            CancellationToken.None
        );

        var seen = await UntilMarkAsync(surroundings, HistoryMark.Finished);

        var messages = seen.Where(message => message.Mark == HistoryMark.None).ToList();
        Assert.Equal("1 3 5", string.Join(' ', messages.Select(Sequence)));
        Assert.All(messages, message => Assert.True(message.IsReplayed));
        Assert.Equal("ORDERS", messages[0].Details.Find("stream")!.Value.Text);
        Assert.True(
            (TimeProvider.System.GetUtcNow() - messages[0].SourceTime!.Value).Duration() < TimeSpan.FromMinutes(1)
        );
    }

    [Fact]
    public async Task After_the_history_live_messages_follow_and_do_not_count_as_replayed()
    {
        await StoreAsync(2);
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("orders.>", ("start", "earliest")),
            null,
            CancellationToken.None
        );
        await UntilMarkAsync(surroundings, HistoryMark.CaughtUp);

        await StoreAsync(1);

        var live = await surroundings.NextAsync(message => message.Mark == HistoryMark.None);
        Assert.Equal(3, Sequence(live));
        Assert.False(live.IsReplayed);
    }

    [Fact]
    public async Task An_end_by_number_is_kept()
    {
        await StoreAsync(6);
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("orders.>", ("start", "earliest"), ("until", "sequence:3")),
            null,
            CancellationToken.None
        );

        var seen = await UntilMarkAsync(surroundings, HistoryMark.Finished);

        Assert.Equal("1 2 3", string.Join(' ', seen.SkipLast(1).Select(Sequence)));
    }

    [Fact]
    public async Task A_lost_connection_goes_on_behind_the_last_message_nothing_twice_and_nothing_missing()
    {
        const int Count = 5_000;
        await StoreAsync(Count);
        await using var proxy = new CuttingProxy(_server.Port);
        var surroundings = new Surroundings(capacity: 100);
        var wanted = NatsProfiles.Subscription("orders.>", ("start", "earliest"), ("until", "end"));
        ResumePoint? from = null;
        var sequences = new List<long>();
        var isFinished = false;
        while (!isFinished)
        {
            var session = await NatsProfiles.Transport.ConnectAsync(
                NatsProfiles.Of(proxy.Port),
                surroundings.Context,
                CancellationToken.None
            );
            await session.SubscribeAsync(wanted, from, CancellationToken.None);
            for (var taken = 0; taken < 1_500 && !isFinished; taken++)
            {
                var message = await surroundings.NextAsync(_ => true);
                isFinished = message.Mark == HistoryMark.Finished;
                if (message.Mark == HistoryMark.None)
                    sequences.Add(Sequence(message));
            }

            proxy.Cut();
            var disposing = session.DisposeAsync().AsTask();
            await disposing.WaitAsync(Surroundings.Patience);
            from = session.PositionOf(wanted);
        }

        Assert.Equal(Enumerable.Range(1, Count).Select(number => (long)number), sequences);
    }

    [Fact]
    public async Task A_message_is_stored_once_and_the_stream_says_where()
    {
        var session = await ConnectAsync(new Surroundings());
        var message = NatsProfiles.Message("orders.9", "x", ("stored", "true"), ("message_id", "once"));

        var first = await session.PublishAsync(message, CancellationToken.None);
        var again = await session.PublishAsync(message, CancellationToken.None);
        var nowhere = await session.PublishAsync(
            NatsProfiles.Message("other", "x", ("stored", "true")),
            CancellationToken.None
        );

        Assert.Equal((true, "stored in stream ORDERS as sequence 1"), (first.IsAccepted, first.Text));
        Assert.True(first.WasAskedFor);
        Assert.Equal("a duplicate: stream ORDERS has it as sequence 1", again.Text);
        Assert.Equal((false, "not stored: no stream takes other"), (nowhere.IsAccepted, nowhere.Text));
    }

    [Fact]
    public async Task Streams_consumers_and_buckets_are_nodes()
    {
        await StoreAsync(3);
        await _js.CreateConsumerAsync("ORDERS", new ConsumerConfig("billing") { DurableName = "billing" });
        await _js.CreateStreamAsync(
            new StreamConfig("KV_config", ["$KV.config.>"])
            {
                MaxMsgsPerSubject = 5,
                Storage = StreamConfigStorage.Memory,
                DenyDelete = true,
                AllowRollupHdrs = true,
            }
        );
        foreach (var value in new[] { "1", "2" })
            await _js.PublishAsync(
                "$KV.config.speed",
                Encoding.UTF8.GetBytes(value),
                NatsRawSerializer<byte[]>.Default
            );
        var session = await ConnectAsync(new Surroundings());
        var browsable = session.Feature<IBrowsable>()!;

        var roots = await ListAsync(browsable, null, 3);
        var stream = await OnlyAsync(browsable, roots.First(node => node.Name == "streams").Path);
        var consumer = await OnlyAsync(browsable, stream.Path);
        var bucket = await OnlyAsync(browsable, roots.First(node => node.Name == "key-value buckets").Path);
        var value1 = await OnlyAsync(browsable, bucket.Path);

        Assert.Equal(("ORDERS", "3"), (stream.Name, Fact(stream, "messages")));
        Assert.Equal(("billing", "3"), (consumer.Name, Fact(consumer, "pending")));
        Assert.Equal(("config", "speed", "2"), (bucket.Name, value1.Name, Fact(value1, "value")));
        Assert.Equal("2", Fact(value1, "revisions kept"));
        var purge = stream.Actions.First(action => action.Name == "purge");
        var plan = await browsable.PlanAsync(
            stream.Path,
            new ActionCall(purge, SettingValues.Empty.With((Setting<string>)purge.Settings[0], "orders.1")),
            CancellationToken.None
        );
        Assert.Equal(("purges 2 messages of stream ORDERS", "orders.1: 2"), (plan.Summary, plan.Steps.Single()));
        Assert.Equal("2 messages of ORDERS are gone", (await browsable.RunAsync(plan, CancellationToken.None)).Text);
    }

    [Fact]
    public async Task A_replay_in_a_queue_group_is_refused_and_not_read_alone_unsaid()
    {
        var session = await ConnectAsync(new Surroundings());

        var result = await session.SubscribeAsync(
            NatsProfiles.Subscription("orders.>", ("queue_group", "g"), ("start", "earliest")),
            null,
            CancellationToken.None
        );

        Assert.False(result.IsAccepted);
        Assert.Contains("leave queue_group out", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders.>", "NONE", "there is no stream NONE on this server")]
    [InlineData("nothing.>", "", "No stream stores nothing.>")]
    public async Task History_that_is_nowhere_is_refused_in_words(string subject, string stream, string why)
    {
        var session = await ConnectAsync(new Surroundings());

        var result = await session.SubscribeAsync(
            NatsProfiles.Subscription(subject, ("stream", stream), ("start", "earliest")),
            null,
            CancellationToken.None
        );

        Assert.False(result.IsAccepted);
        Assert.Contains(why, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_says_of_itself_is_heard_live_beside_a_profiles_replay()
    {
        var surroundings = new Surroundings();
        var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(_server.Port, ("nats.stream", "ORDERS")),
            surroundings.Context,
            CancellationToken.None
        );
        _owned.Add(session);

        var advisories = await session.SubscribeAsync(
            new Subscription("$JS.EVENT.ADVISORY.>"),
            null,
            CancellationToken.None
        );
        var stored = await session.SubscribeAsync(new Subscription("orders.1"), null, CancellationToken.None);
        var elsewhere = await session.SubscribeAsync(new Subscription("other"), null, CancellationToken.None);

        Assert.Equal((true, "listening to live messages"), (advisories.IsAccepted, advisories.Text));
        Assert.StartsWith("reading stream ORDERS", stored.Text, StringComparison.Ordinal);
        Assert.Equal((false, "stream ORDERS does not store this subject"), (elsewhere.IsAccepted, elsewhere.Text));
        var created = await surroundings.NextAsync(message =>
            message.Topic.StartsWith("$JS.EVENT.ADVISORY.CONSUMER.CREATED.ORDERS", StringComparison.Ordinal)
        );
        Assert.Equal(Direction.In, created.Direction);
    }

    [Fact]
    public async Task A_server_without_JetStream_says_so()
    {
        await using var plain = await NatsServer.StartAsync();
        await using var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(plain.Port),
            new Surroundings().Context,
            CancellationToken.None
        );

        var result = await session.SubscribeAsync(
            NatsProfiles.Subscription("a", ("start", "earliest")),
            null,
            CancellationToken.None
        );

        Assert.Contains("has no JetStream", result.Text, StringComparison.Ordinal);
        Assert.Null(session.Feature<IBrowsable>());
    }

    private static async Task<List<Message>> UntilMarkAsync(Surroundings surroundings, HistoryMark mark)
    {
        var seen = new List<Message>();
        do seen.Add(await surroundings.NextAsync(message => message.Direction == Direction.In));
        while (seen[^1].Mark != mark);
        return seen;
    }

    private async Task StoreAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _library.PublishAsync(
                $"orders.{(i % 2) + 1}",
                Encoding.UTF8.GetBytes($"{i}"),
                serializer: NatsRawSerializer<byte[]>.Default
            );
        await _library.PingAsync();
    }

    private async Task<ISession> ConnectAsync(Surroundings surroundings)
    {
        var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(_server.Port),
            surroundings.Context,
            CancellationToken.None
        );
        _owned.Add(session);
        return session;
    }

    private async Task<List<string>> ConsumersLeftAsync(ISession session)
    {
        await session.UnsubscribeAsync(new Subscription("orders.>"), CancellationToken.None);
        var names = new List<string>();
        await foreach (var name in _js.ListConsumerNamesAsync("ORDERS"))
            names.Add(name);
        return names;
    }

    [Fact]
    public async Task A_bucket_is_followed_while_it_is_looked_at()
    {
        await _js.CreateStreamAsync(
            new StreamConfig("KV_live", ["$KV.live.>"]) { MaxMsgsPerSubject = 5, Storage = StreamConfigStorage.Memory }
        );
        await PutAsync("1");
        var session = await ConnectAsync(new Surroundings());
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var bucket = new NodePath("buckets").Child("KV_live");
        await using var nodes = session.Feature<IBrowsable>()!.ListAsync(bucket, stop.Token).GetAsyncEnumerator();

        Assert.True(await nodes.MoveNextAsync());
        Assert.Equal(("1", "put", "1"), Row(nodes.Current));
        await PutAsync("2");
        Assert.True(await nodes.MoveNextAsync());
        Assert.Equal(("2", "put", "2"), Row(nodes.Current));
        await PutAsync("", new NatsHeaders { ["KV-Operation"] = "DEL" });
        Assert.True(await nodes.MoveNextAsync());
        Assert.Equal(("", "deleted", "3"), Row(nodes.Current));

        async Task PutAsync(string value, NatsHeaders? headers = null) =>
            await _js.PublishAsync(
                "$KV.live.k",
                Encoding.UTF8.GetBytes(value),
                NatsRawSerializer<byte[]>.Default,
                headers: headers
            );

        static (string, string, string) Row(Node node) =>
            (Fact(node, "value"), Fact(node, "operation"), Fact(node, "revisions kept"));
    }

    [Fact]
    public async Task A_stream_that_is_deleted_leaves_the_list()
    {
        var session = await ConnectAsync(new Surroundings());
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        await using var nodes = session
            .Feature<IBrowsable>()!
            .ListAsync(new NodePath("streams"), stop.Token)
            .GetAsyncEnumerator();
        Assert.True(await nodes.MoveNextAsync());

        await _js.DeleteStreamAsync("ORDERS");

        do Assert.True(await nodes.MoveNextAsync());
        while (!nodes.Current.IsGone);
        Assert.Equal("ORDERS", nodes.Current.Name);
    }

    // Lists live until they are left.
    private static async Task<List<Node>> ListAsync(IBrowsable browsable, NodePath? parent, int count)
    {
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var nodes = new List<Node>();
        await foreach (var node in browsable.ListAsync(parent, stop.Token))
        {
            nodes.Add(node);
            if (nodes.Count == count)
                break;
        }

        return nodes;
    }

    private static async Task<Node> OnlyAsync(IBrowsable browsable, NodePath parent) =>
        Assert.Single(await ListAsync(browsable, parent, 1));

    private static string Fact(Node node, string label) => node.Facts.First(fact => fact.Label == label).Value;

    private static long Sequence(Message message) => message.Details.Find("sequence")!.Value.Number;
}
