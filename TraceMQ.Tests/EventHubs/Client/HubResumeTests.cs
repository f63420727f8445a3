using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.EventHubs.Server;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Client;

/// <summary>Nothing twice and nothing missing, whatever becomes of the connection.</summary>
public sealed class HubResumeTests
{
    [Fact]
    public async Task Nothing_comes_twice_or_is_missing_over_cuts_of_the_connection()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var proxy = new CuttingProxy(hub.Port);

        await RunAsync(
            hub,
            HubProfiles.At(proxy.Port, ("eventhubs.start", "earliest")),
            count: 4_000,
            disturb: _ =>
            {
                proxy.Cut();
                return Task.CompletedTask;
            }
        );
    }

    [Fact]
    public async Task Nothing_comes_twice_or_is_missing_where_the_hub_closes_every_link()
    {
        await using var hub = await LocalHubServer.StartAsync();

        await RunAsync(hub, HubProfiles.Of(hub, ("eventhubs.start", "earliest")), count: 4_000, DetachAllAsync);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_million_events_come_in_the_order_of_their_partitions()
    {
        await using var hub = await LocalHubServer.StartAsync(("eventhubs.retention_bytes", "2GB"));

        await RunAsync(
            hub,
            HubProfiles.Of(hub, ("eventhubs.start", "earliest")),
            count: 1_000_000,
            _ => Task.CompletedTask
        );
    }

    /// <summary>Publishes while a supervised client reads, and disturbs it now and then.</summary>
    private static async Task RunAsync(
        LocalHubServer hub,
        Profile profile,
        int count,
        Func<LocalHubServer, Task> disturb
    )
    {
        var next = new long[4];
        var total = 0;
        var problem = "";
        Inbox inbox = null!;
        var batch = new List<Message>();
        var draining = new Lock();
        inbox = new Inbox(10_000, 64 << 20, Drain);
        var connected = 0;
        await using var supervisor = new SessionSupervisor(
            HubProfiles.Transport,
            _ => Task.FromResult(profile),
            inbox,
            happened =>
            {
                if (happened is SessionEvent.Subscribed)
                    Interlocked.Increment(ref connected);
            },
            new SupervisorOptions(new ReconnectPolicy(new NoRandom())),
            TimeProvider.System,
            NullLogger.Instance
        );
        supervisor.Start();
        var disturbances = count < 100_000 ? 5 : 0;
        for (var i = 0; i < count; i++)
        {
            var partition = i % 4;
            await MicrosoftClientTests.PublishAsync(
                hub,
                partition.ToString(CultureInfo.InvariantCulture),
                i.ToString(CultureInfo.InvariantCulture)
            );
            if (disturbances > 0 && i % (count / disturbances) == count / disturbances / 2)
            {
                await Surroundings.UntilAsync(() => Volatile.Read(ref connected) > 0, "subscribed");
                await disturb(hub);
            }
        }

        var last = 0;
        while (Volatile.Read(ref total) < count && problem.Length == 0)
        {
            last = Volatile.Read(ref total);
            await Surroundings.UntilAsync(
                () => Volatile.Read(ref total) > last || Volatile.Read(ref total) == count || problem.Length > 0,
                $"more than {last} of {count}"
            );
        }

        Assert.Equal("", problem);
        Assert.Equal(count, Volatile.Read(ref total));

        void Drain() =>
            ThreadPool.QueueUserWorkItem(_ =>
            {
                lock (draining)
                {
                    bool isMore;
                    do
                    {
                        batch.Clear();
                        isMore = inbox.Drain(batch, 1_000);
                        foreach (var message in batch)
                            Look(message);
                    } while (isMore);
                }
            });

        void Look(Message message)
        {
            if (message.Mark != HistoryMark.None)
                return;
            var partition = int.Parse(message.Topic, CultureInfo.InvariantCulture);
            var sequence = message.Details.Find("sequence")!.Value.Number;
            var number = long.Parse(Encoding.UTF8.GetString(message.Payload.Span), CultureInfo.InvariantCulture);
            if (sequence != next[partition] || number != (sequence * 4) + partition)
                problem = $"partition {partition}: sequence {sequence} came where {next[partition]} was due";
            next[partition]++;
            Interlocked.Increment(ref total);
        }
    }

    private static async Task DetachAllAsync(LocalHubServer hub)
    {
        var browser = hub.Session.Feature<IBrowsable>()!;
        foreach (var client in await ListAsync(browser, new NodePath("clients")))
        {
            foreach (var link in await ListAsync(browser, client.Path))
            {
                var detach = link.Actions.First(action => action.Name == "detach");
                var plan = await browser.PlanAsync(
                    link.Path,
                    new ActionCall(detach, SettingValues.Empty),
                    CancellationToken.None
                );
                await browser.RunAsync(plan, CancellationToken.None);
            }
        }
    }

    /// <summary>What a listing that goes on living shows at first.</summary>
    private static async Task<IReadOnlyList<Node>> ListAsync(IBrowsable browser, NodePath path)
    {
        var nodes = new Dictionary<NodePath, Node>();
        using var cancellation = new CancellationTokenSource();
        await using var listing = browser
            .ListAsync(path, cancellation.Token)
            .GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            var next = listing.MoveNextAsync();
            if (!next.IsCompleted)
            {
                await cancellation.CancelAsync();
                try
                {
                    await next;
                }
                catch (OperationCanceledException)
                {
                    // It waits for changes.
                }

                return [.. nodes.Values];
            }

            if (!await next)
                return [.. nodes.Values];
            nodes[listing.Current.Path] = listing.Current;
        }
    }

    private sealed class NoRandom : Random
    {
        public override double NextDouble() => 0;
    }
}
