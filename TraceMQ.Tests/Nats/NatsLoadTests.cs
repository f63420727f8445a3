using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using Xunit.Abstractions;

namespace TraceMQ.Tests.Nats;

/// <summary>What the adapter does under load. The figures beside the library's own loop are of the native binary, and bench/nats measures them.</summary>
[Trait("Category", "Long")]
public sealed class NatsLoadTests(ITestOutputHelper output)
{
    private const int Messages = 1_000_000;
    private const int Rounds = 3;

    [Fact]
    public async Task At_least_two_hundred_thousand_messages_a_second_come_through_the_inbox()
    {
        await using var server = await NatsServer.StartAsync();
        var best = 0.0;
        for (var round = 0; round < Rounds; round++)
            best = Math.Max(best, await ReceiveAsync(server.Port));

        output.WriteLine($"{best:N0}/s");
        Assert.True(best >= 200_000, $"{best:N0}/s");
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

    private static async Task<double> ReceiveAsync(int port)
    {
        // Drained in batches, as the screen does.
        var waiting = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        var inbox = new Inbox(65_536, 256 << 20, () => waiting.Writer.TryWrite(true));
        var notices = Channel.CreateUnbounded<Notice>();
        await using var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(port),
            new SessionContext(inbox, notices.Writer, TimeProvider.System, NullLogger.Instance),
            CancellationToken.None
        );
        await session.SubscribeAsync(new Subscription("load"), null, CancellationToken.None);
        var counting = Task.Run(async () =>
        {
            var batch = new List<Message>();
            for (long count = 0; count + inbox.Dropped < Messages; )
            {
                await waiting.Reader.ReadAsync();
                bool isMore;
                do
                {
                    batch.Clear();
                    isMore = inbox.Drain(batch, 1024);
                    count += batch.Count;
                } while (isMore);
            }
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
