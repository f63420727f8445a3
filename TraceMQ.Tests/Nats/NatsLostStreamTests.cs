using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.Nats;

/// <summary>Streams that go while they are read: their subscription ends with a sentence, and nothing else does.</summary>
public sealed class NatsLostStreamTests : IAsyncLifetime, IAsyncDisposable
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
        await MakeAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await _library.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_that_is_deleted_while_it_is_read_ends_its_subscription_and_no_other()
    {
        await StoreAsync("1");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription("live.>"), null, CancellationToken.None);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "earliest")),
            null,
            CancellationToken.None
        );
        await surroundings.NextAsync(message => message.Mark == HistoryMark.CaughtUp);

        await _js.DeleteStreamAsync("S");

        var mark = await surroundings.NextAsync(message => message.Mark != HistoryMark.None);
        Assert.Equal((HistoryMark.Broken, "s.>"), (mark.Mark, mark.Topic));
        var notice = await surroundings.NoticeAsync("Reading stream S ended: it was deleted");
        Assert.Equal((true, "s.>"), (notice.EndsSubscription, notice.Topic));
        await _library.PublishAsync("live.1", "x");
        Assert.Equal("live.1", (await surroundings.NextInAsync("live.1")).Topic);
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_stream_that_is_made_again_is_not_read_on_with_the_numbers_of_the_old_one()
    {
        await StoreAsync("1", "2", "3");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        var wanted = NatsProfiles.Subscription("s.>", ("start", "earliest"));
        await session.SubscribeAsync(wanted, null, CancellationToken.None);
        await surroundings.NextAsync(message => message.Mark == HistoryMark.CaughtUp);
        await session.DisposeAsync();

        await _js.DeleteStreamAsync("S");
        await MakeAsync();
        await StoreAsync("new");
        var next = await ConnectAsync(surroundings);
        var result = await next.SubscribeAsync(wanted, session.PositionOf(wanted), CancellationToken.None);

        Assert.False(result.IsAccepted);
        Assert.Contains("deleted and made again; subscribe again", result.Text, StringComparison.Ordinal);
        Assert.True((await next.SubscribeAsync(wanted, null, CancellationToken.None)).IsAccepted);
        Assert.Equal("new", Encoding.UTF8.GetString((await surroundings.NextInAsync("s.a")).Payload.Span));
    }

    [Fact]
    public async Task Consumers_that_are_taken_away_again_and_again_are_replaced_while_nothing_comes()
    {
        await StoreAsync("1");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "latest")),
            null,
            CancellationToken.None
        );
        await surroundings.NextAsync(message => message.Mark == HistoryMark.CaughtUp);

        var before = "";
        for (var i = 0; i < 3; i++)
        {
            var name = await OtherThanAsync(before);
            await _js.DeleteConsumerAsync("S", name);
            before = name;
        }

        await OtherThanAsync(before);
        await StoreAsync("2");
        Assert.Equal("2", Encoding.UTF8.GetString((await surroundings.NextInAsync("s.a")).Payload.Span));
        Assert.False(surroundings.Notices.Reader.TryRead(out var notice), notice?.Text);
    }

    [Fact]
    public async Task A_stream_that_is_gone_is_not_asked_for_by_the_next_session()
    {
        await using var proxy = new CuttingProxy(_server.Port);
        var surroundings = new Surroundings();
        var events = new System.Collections.Concurrent.ConcurrentQueue<SessionEvent>();
        await using var supervisor = new SessionSupervisor(
            NatsProfiles.Transport,
            _ => Task.FromResult(NatsProfiles.Of(proxy.Port)),
            surroundings.Inbox,
            events.Enqueue,
            new SupervisorOptions(new ReconnectPolicy()),
            TimeProvider.System,
            surroundings.Log
        );
        supervisor.Start();
        await supervisor.SubscribeAsync(new Subscription("live.>"), CancellationToken.None);
        await supervisor.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "earliest")),
            CancellationToken.None
        );
        await Surroundings.UntilAsync(
            () => events.OfType<SessionEvent.Subscribed>().Count(made => made.Result.IsAccepted) == 2,
            "both are made"
        );
        await _js.DeleteStreamAsync("S");
        await Surroundings.UntilAsync(
            () => events.OfType<SessionEvent.Noticed>().Any(noticed => noticed.Notice.EndsSubscription),
            "the subscription is over"
        );

        proxy.Cut();
        await Surroundings.UntilAsync(
            () => events.OfType<SessionEvent.Subscribed>().Count(made => made.Subscription.Topic == "live.>") == 2,
            "the other one is made again"
        );

        Assert.Equal("live.>", Assert.Single(supervisor.Subscriptions).Topic);
        Assert.Single(events.OfType<SessionEvent.Subscribed>(), made => made.Subscription.Topic == "s.>");
    }

    private async Task<string> OtherThanAsync(string before)
    {
        var found = "";
        await Surroundings.UntilAsync(
            () =>
            {
                found = _js.ListConsumerNamesAsync("S").ToBlockingEnumerable().FirstOrDefault() ?? "";
                return found.Length > 0 && found != before;
            },
            "there is a consumer"
        );
        return found;
    }

    private async Task MakeAsync() =>
        await _js.CreateStreamAsync(new StreamConfig("S", ["s.>"]) { Storage = StreamConfigStorage.Memory });

    private async Task StoreAsync(params string[] payloads)
    {
        foreach (var payload in payloads)
            await _js.PublishAsync("s.a", Encoding.UTF8.GetBytes(payload), NatsRawSerializer<byte[]>.Default);
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
}
