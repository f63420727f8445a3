using System.Globalization;
using System.Threading.Channels;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Sessions that the broker keeps while the connection is cut, behind a proxy that cuts it, under the supervisor.</summary>
public sealed class MqttPersistentSessionTests
{
    private const string Topic = "flow";
    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>();

    [Theory]
    [InlineData("3.1.1", 1)]
    [InlineData("5.0", 1)]
    [InlineData("5.0", 2)]
    public Task A_connection_that_is_cut_under_traffic_loses_nothing(string version, int qos) =>
        CutAsync(version, qos, cuts: 10);

    [Theory]
    [InlineData("3.1.1", 1)]
    [InlineData("3.1.1", 2)]
    [InlineData("5.0", 1)]
    [InlineData("5.0", 2)]
    [Trait("Category", "Long")]
    public Task A_connection_that_is_cut_a_hundred_times_under_traffic_loses_nothing(string version, int qos) =>
        CutAsync(version, qos, cuts: 100);

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task What_was_delivered_and_not_acknowledged_comes_again_marked_as_a_duplicate(string version)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var proxy = new CuttingProxy(broker.Port);
        // Room for one: the second waits for room, and is not acknowledged.
        var full = new Surroundings(capacity: 1);
        var first = await ConnectAsync(proxy.Port, full, version);
        await first.SubscribeAsync(MqttSessionTests.Subscription(Topic, ("qos", 1L)), null, CancellationToken.None);
        await using var wire = new WireCount(full, "PUBLISH");
        await MosquittoSub.PublishAsync(broker.Port, Topic, "taken");
        await MosquittoSub.PublishAsync(broker.Port, Topic, "waiting");
        await Surroundings.UntilAsync(() => wire.Count == 2, "both are here");
        await using var acknowledged = new WireCount(full, "PUBACK", Direction.Out);
        Assert.Equal("taken", MqttSessionTests.Text(await full.NextInAsync(Topic)));
        await Surroundings.UntilAsync(() => acknowledged.Count == 1, "the first is acknowledged");

        proxy.Cut();
        await Assert.ThrowsAsync<TransportException>(() => first.Completion.WaitAsync(Surroundings.Patience));
        await first.DisposeAsync();
        var after = new Surroundings();
        await using var second = await ConnectAsync(proxy.Port, after, version);
        await MosquittoSub.PublishAsync(broker.Port, Topic, "new");

        // The first comes once more too where the cut took its acknowledgement.
        var again = await after.NextAsync(message => MqttSessionTests.Text(message) != "taken");
        Assert.Equal("waiting", MqttSessionTests.Text(again));
        Assert.True(again.Details.Find("duplicate")?.Flag);
        var fresh = await after.NextInAsync(Topic);
        Assert.Equal("new", MqttSessionTests.Text(fresh));
        Assert.Null(fresh.Details.Find("duplicate"));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task What_nobody_took_from_the_inbox_comes_again_and_what_was_taken_does_not(string version)
    {
        const int Sent = 50;
        await using var broker = await Mosquitto.StartAsync();
        var surroundings = new Surroundings();
        var first = await ConnectAsync(broker.Port, surroundings, version);
        await first.SubscribeAsync(MqttSessionTests.Subscription(Topic, ("qos", 1L)), null, CancellationToken.None);
        for (var i = 0; i < Sent; i++)
            await first.PublishAsync(MqttSessionTests.Message(Topic, $"{i}", ("qos", 1)), CancellationToken.None);
        await Surroundings.UntilAsync(() => surroundings.Inbox.Received >= 10, "several have come");
        var taken = new List<Message>();
        while (taken.Count(message => message.Direction == Direction.In) < 3)
            surroundings.Inbox.Drain(taken, 1);
        await first.DisposeAsync();

        var after = new Surroundings();
        await using var second = await ConnectAsync(broker.Port, after, version);

        for (var i = 3; i < Sent; i++)
            Assert.Equal($"{i}", MqttSessionTests.Text(await after.NextInAsync(Topic)));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task A_session_that_goes_on_is_told_from_a_new_one(string version)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var proxy = new CuttingProxy(broker.Port);
        await using var supervisor = Supervise(proxy.Port, new Surroundings(), version, qos: 1);

        Assert.StartsWith("New session", await NoticeAsync(), StringComparison.Ordinal);
        await UntilAsync<SessionEvent.Subscribed>();
        proxy.Cut();
        Assert.StartsWith("Session resumed", await NoticeAsync(), StringComparison.Ordinal);
        var connected = await UntilAsync<SessionEvent.Connected>();
        Assert.Contains(connected.Facts, fact => fact is { Label: "session", Value: "resumed" });
    }

    [Fact]
    public async Task A_session_that_the_broker_did_not_keep_long_enough_is_new()
    {
        await using var broker = await Mosquitto.StartAsync();
        (string, string)[] brief =
        [
            ("mqtt.client_id", "keeper"),
            ("mqtt.clean_session", "false"),
            ("mqtt.session_expiry", "0s"),
        ];
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var surroundings = new Surroundings();
            await using var session = await MqttProfiles.Transport.ConnectAsync(
                MqttProfiles.Of(broker.Port, brief),
                surroundings.Context,
                CancellationToken.None
            );
            Assert.True(surroundings.Notices.Reader.TryRead(out var notice));
            Assert.StartsWith("New session", notice.Text, StringComparison.Ordinal);
        }
    }

    // At QoS 0 nothing was kept meanwhile, so that the retained message is the news.
    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public async Task Retained_messages_come_again_only_where_the_session_did_not_keep_what_was_missed(
        int qos,
        bool isAgain
    )
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var proxy = new CuttingProxy(broker.Port);
        await MosquittoSub.PublishAsync(broker.Port, Topic, "kept", "-r");
        var surroundings = new Surroundings();
        await using var supervisor = Supervise(proxy.Port, surroundings, "5.0", qos);
        Assert.True((await surroundings.NextInAsync(Topic)).IsReplayed);
        await UntilAsync<SessionEvent.Subscribed>();

        proxy.Cut();
        await ReconnectedAsync(supervisor);
        await MosquittoSub.PublishAsync(broker.Port, Topic, "live");

        // The first one comes once more where the cut took its acknowledgement.
        var next = await surroundings.NextAsync(message => message.Details.Find("duplicate") is null);
        Assert.Equal(isAgain ? "kept" : "live", MqttSessionTests.Text(next));
    }

    [Fact]
    public async Task A_program_that_was_started_again_gets_the_retained_messages_though_the_session_goes_on()
    {
        await using var broker = await Mosquitto.StartAsync();
        await MosquittoSub.PublishAsync(broker.Port, Topic, "kept", "-r");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var surroundings = new Surroundings();
            await using var session = await ConnectAsync(broker.Port, surroundings, "5.0");
            await session.SubscribeAsync(
                MqttSessionTests.Subscription(Topic, ("qos", 1)),
                null,
                CancellationToken.None
            );
            Assert.Equal("kept", MqttSessionTests.Text(await surroundings.NextInAsync(Topic)));
        }
    }

    private static Task<ISession> ConnectAsync(int port, Surroundings surroundings, string version) =>
        MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(
                port,
                ("mqtt.client_id", "keeper"),
                ("mqtt.clean_session", "false"),
                ("mqtt.version", version)
            ),
            surroundings.Context,
            CancellationToken.None
        );

    private async Task CutAsync(string version, int qos, int cuts)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var proxy = new CuttingProxy(broker.Port);
        var surroundings = new Surroundings();
        await using var supervisor = Supervise(proxy.Port, surroundings, version, qos);
        await UntilAsync<SessionEvent.Subscribed>();
        using var stop = new CancellationTokenSource();
        var traffic = new SteadyTraffic(broker.Port, Topic, qos);
        var publishing = traffic.RunAsync(stop.Token);
        var ledger = new Ledger(surroundings, Topic);
        var collecting = ledger.RunAsync();

        for (var cut = 0; cut < cuts; cut++)
        {
            var before = ledger.Different;
            await Surroundings.UntilAsync(() => ledger.Different > before + 50, "messages flow");
            proxy.Cut();
            await ReconnectedAsync(supervisor);
        }

        await stop.CancelAsync();
        var sent = await publishing.WaitAsync(Surroundings.Patience);
        await MosquittoSub.PublishAsync(broker.Port, Topic, Ledger.End);
        await collecting.WaitAsync(Surroundings.Patience);

        Assert.True(sent > cuts * 50, "there was no traffic to speak of");
        Assert.Empty(ledger.MissingOf(sent));
        Assert.Empty(ledger.UnmarkedRepeats);
        if (qos == 2)
            Assert.Equal(0, ledger.Repeats);
        Assert.Equal(0, surroundings.Inbox.Dropped);
    }

    private SessionSupervisor Supervise(int port, Surroundings surroundings, string version, int qos)
    {
        var profile = MqttProfiles.Of(
            port,
            ("mqtt.client_id", "keeper"),
            ("mqtt.clean_session", "false"),
            ("mqtt.version", version)
        ) with
        {
            Subscriptions = [MqttSessionTests.Subscription(Topic, ("qos", (long)qos))],
        };
        var supervisor = new SessionSupervisor(
            MqttProfiles.Transport,
            _ => Task.FromResult(profile),
            surroundings.Inbox,
            happened => _events.Writer.TryWrite(happened),
            new SupervisorOptions(new ReconnectPolicy(new Random(1))),
            TimeProvider.System,
            surroundings.Log
        );
        supervisor.Start();
        return supervisor;
    }

    // Without its patience: so many losses in so short a time would make it wait for longer and longer.
    private async Task ReconnectedAsync(SessionSupervisor supervisor)
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        while (true)
        {
            switch (await _events.Reader.ReadAsync(timeout.Token))
            {
                case SessionEvent.Waiting:
                    supervisor.RetryNow();
                    break;
                case SessionEvent.Subscribed:
                    return;
                case SessionEvent.Ended ended:
                    Assert.Fail($"It gave up: {ended.Reason}");
                    break;
            }
        }
    }

    private async Task<string> NoticeAsync() => (await UntilAsync<SessionEvent.Noticed>()).Notice.Text;

    private async Task<T> UntilAsync<T>()
        where T : SessionEvent
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        while (true)
        {
            if (await _events.Reader.ReadAsync(timeout.Token) is T wanted)
                return wanted;
        }
    }

    /// <summary>Publishes numbers from 0, one after the other, each acknowledged before the next.</summary>
    private sealed class SteadyTraffic(int port, string topic, int qos)
    {
        /// <returns>How many.</returns>
        public async Task<int> RunAsync(CancellationToken stop)
        {
            await using var session = await MqttProfiles.Transport.ConnectAsync(
                MqttProfiles.Of(port),
                new Surroundings().Context,
                CancellationToken.None
            );
            var sent = 0;
            while (!stop.IsCancellationRequested)
            {
                await session.PublishAsync(
                    MqttSessionTests.Message(topic, sent.ToString(CultureInfo.InvariantCulture), ("qos", qos)),
                    CancellationToken.None
                );
                sent++;
            }

            return sent;
        }
    }

    /// <summary>What came, how often, and whether the repeats were marked.</summary>
    private sealed class Ledger(Surroundings surroundings, string topic)
    {
        public const string End = "end";

        private readonly HashSet<int> _seen = [];
        private volatile int _different;

        public int Different => _different;

        public int Repeats { get; private set; }

        public List<int> UnmarkedRepeats { get; } = [];

        public IEnumerable<int> MissingOf(int sent) => Enumerable.Range(0, sent).Except(_seen);

        public async Task RunAsync()
        {
            while (true)
            {
                var message = await surroundings.NextInAsync(topic);
                var text = MqttSessionTests.Text(message);
                if (text == End)
                    return;
                var number = int.Parse(text, CultureInfo.InvariantCulture);
                if (_seen.Add(number))
                {
                    _different = _seen.Count;
                    continue;
                }

                Repeats++;
                if (message.Details.Find("duplicate") is not { Flag: true })
                    UnmarkedRepeats.Add(number);
            }
        }
    }
}
