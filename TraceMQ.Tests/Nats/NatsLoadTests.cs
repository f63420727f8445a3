using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using Xunit.Abstractions;

namespace TraceMQ.Tests.Nats;

/// <summary>What the adapter does under load, beside the library's own loop in the same run.</summary>
[Trait("Category", "Long")]
public sealed class NatsLoadTests(ITestOutputHelper output)
{
    private const int Messages = 1_000_000;
    private const int Rounds = 3;

    [Fact]
    public async Task Receiving_costs_at_most_a_fifth_more_than_the_librarys_own_loop()
    {
        await using var server = await NatsServer.StartAsync();
        var (bare, own) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var library = await BareAsync(server.Port);
            var adapter = await OwnAsync(server.Port);
            output.WriteLine($"library {library:N0}/s, through the inbox {adapter:N0}/s");
            (bare, own) = (Math.Max(bare, library), Math.Max(own, adapter));
        }

        Assert.True(own >= 0.8 * bare, $"{own:N0}/s beside {bare:N0}/s");
    }

    [Fact]
    public async Task A_million_stored_messages_are_replayed_in_order_with_none_missing_and_none_twice()
    {
        await using var server = await NatsServer.StartAsync(hasJetStream: true);
        await using var library = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{server.Port}" });
        await new NatsJSContext(library).CreateStreamAsync(new StreamConfig("LOAD", ["load.>"]));
        using (var sender = await NatsRawPeer.ConnectAsync(server.Port))
            await sender.FloodAsync("load.a", Messages);
        await using var proxy = new CuttingProxy(server.Port);
        var surroundings = new Surroundings();
        var wanted = NatsProfiles.Subscription("load.>", ("start", "earliest"), ("until", "end"));
        ResumePoint? from = null;
        long next = 1;
        var isFinished = false;
        var started = TimeProvider.System.GetTimestamp();
        for (var part = 1; !isFinished; part++)
        {
            var session = await NatsProfiles.Transport.ConnectAsync(
                NatsProfiles.Of(proxy.Port),
                surroundings.Context,
                CancellationToken.None
            );
            await session.SubscribeAsync(wanted, from, CancellationToken.None);
            while (!isFinished && next < part * 300_000L)
            {
                var message = await surroundings.NextAsync(_ => true);
                isFinished = message.Mark == HistoryMark.Finished;
                if (message.Mark == HistoryMark.None)
                    Assert.Equal(next++, message.Details.Find("sequence")!.Value.Number);
            }

            proxy.Cut();
            await session.DisposeAsync();
            from = session.PositionOf(wanted);
        }

        Assert.Equal(Messages + 1, next);
        output.WriteLine(
            $"{Messages / TimeProvider.System.GetElapsedTime(started).TotalSeconds:N0}/s over three losses"
        );
    }

    private static async Task<double> BareAsync(int port)
    {
        await using var library = new NatsConnection(
            new NatsOpts { Url = $"nats://127.0.0.1:{port}", SubPendingChannelCapacity = Messages }
        );
        await using var subscription = await library.SubscribeCoreAsync(
            "load",
            serializer: NatsRawSerializer<byte[]>.Default
        );
        await library.PingAsync();
        var counting = Task.Run(async () =>
        {
            for (var count = 0; count < Messages; count++)
                await subscription.Msgs.ReadAsync();
        });
        return await MeasureAsync(port, counting);
    }

    private static async Task<double> OwnAsync(int port)
    {
        var surroundings = new Surroundings();
        await using var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(port),
            surroundings.Context,
            CancellationToken.None
        );
        await session.SubscribeAsync(new Subscription("load"), null, CancellationToken.None);
        var counting = Task.Run(async () =>
        {
            for (long count = 0; count + surroundings.Inbox.Dropped < Messages; count++)
                await surroundings.NextAsync(_ => true);
        });
        return await MeasureAsync(port, counting);
    }

    private static async Task<double> MeasureAsync(int port, Task counting)
    {
        using var sender = await NatsRawPeer.ConnectAsync(port);
        var started = TimeProvider.System.GetTimestamp();
        await sender.FloodAsync("load", Messages);
        await counting.WaitAsync(TimeSpan.FromMinutes(2));
        return Messages / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
