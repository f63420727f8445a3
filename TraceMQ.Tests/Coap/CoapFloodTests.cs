using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Coap;

/// <summary>What measures time has the machine for itself.</summary>
[CollectionDefinition(nameof(AloneForTime), DisableParallelization = true)]
public sealed class AloneForTime;

/// <summary>A server under what strangers send.</summary>
[Collection(nameof(AloneForTime))]
public sealed class CoapFloodTests
{
    [Theory]
    [InlineData("garbage")]
    [InlineData("requests of many peers")]
    [InlineData("uploads that never end")]
    [Trait("Category", "Long")]
    public async Task Good_clients_are_answered_within_a_tenth_of_a_second(string what)
    {
        await using var server = await CoapServed.StartAsync(("coap.resources", "/t=hello"));
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(() => FloodAsync(what, server.Port, stop.Token));
        using var good = new RawCoap(server.Port);
        var began = TimeProvider.System.GetTimestamp();
        var waits = new List<TimeSpan>();
        for (var i = 0; TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3); i = (i + 1) & 0xffff)
        {
            var started = TimeProvider.System.GetTimestamp();
            var answer = await good.AskAsync($"40 01 {i >> 8:x2} {i & 0xff:x2} b1 74");
            waits.Add(TimeProvider.System.GetElapsedTime(started));
            Assert.Equal(0x45, answer[1]);
        }

        await stop.CancelAsync();
        var sent = await flood;
        waits.Sort();
        Assert.True(sent > 5_000, $"only {sent} were sent");
        Assert.True(
            waits[waits.Count * 99 / 100] < TimeSpan.FromMilliseconds(100),
            $"p99 {waits[waits.Count * 99 / 100]}"
        );
        var peers = int.Parse(
            server.Session.Facts.Single(fact => fact.Label == "clients").Value,
            System.Globalization.NumberStyles.AllowThousands,
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.InRange(peers, 1, 4096);
    }

    [Theory]
    [InlineData("greetings")]
    [InlineData("damaged greetings and records")]
    [Trait("Category", "Long")]
    public async Task Good_clients_of_DTLS_are_answered_within_a_tenth_of_a_second(string what)
    {
        await using var server = await DtlsHardshipTests.ServeAsync();
        var hello = await DtlsHardshipTests.CaptureHelloAsync();
        await using var good = await DtlsHardshipTests.ConnectAsync(server.Url);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var (threads, memory) = (process.Threads.Count, GC.GetTotalMemory(forceFullCollection: true));
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(() => FloodHellosAsync(hello, what[0] == 'd', server.Port, stop.Token));
        var began = TimeProvider.System.GetTimestamp();
        var waits = new List<TimeSpan>();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3))
        {
            var got = await good.PublishAsync(
                CoapProfiles.Message("", "/test", ("method", "GET")),
                CancellationToken.None
            );
            Assert.True(got.IsAccepted, got.Text);
            waits.Add(got.Elapsed);
        }

        process.Refresh();
        var more = process.Threads.Count - threads;
        await stop.CancelAsync();
        Assert.InRange(await flood, 5_000, int.MaxValue);
        waits.Sort();
        Assert.True(
            waits[waits.Count * 99 / 100] < TimeSpan.FromMilliseconds(100),
            $"p99 {waits[waits.Count * 99 / 100]}"
        );
        Assert.InRange(more, int.MinValue, 40);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 64L << 20);
        await using var another = await DtlsHardshipTests.ConnectAsync(server.Url);
    }

    private static async Task<int> FloodHellosAsync(
        byte[] hello,
        bool isDamaged,
        int port,
        CancellationToken cancellationToken
    )
    {
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var random = new Random(1);
        var sent = 0;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!cancellationToken.IsCancellationRequested)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            for (var i = 0; i < 20; i++, sent++)
            {
                var datagram = isDamaged ? DtlsHardshipTests.Mutate(hello, random) : hello;
                await socket.SendToAsync(datagram, server, CancellationToken.None);
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        return sent;
    }

    private static async Task<int> FloodAsync(string what, int port, CancellationToken cancellationToken)
    {
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var random = new Random(1);
        var sent = 0;
        var garbage = new byte[40];
        Socket? socket = null;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!cancellationToken.IsCancellationRequested)
        {
            // Another source each time for peers, and now and then otherwise, so that answers pile up nowhere.
            if (socket is null || what.StartsWith("requests", StringComparison.Ordinal) || sent % 1000 == 0)
            {
                socket?.Dispose();
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            }

            random.NextBytes(garbage);
            byte[] datagram = what[0] switch
            {
                'g' => garbage,
                'r' => [0x40, 0x01, garbage[0], garbage[1], 0xb1, 0x74],
                // PUT /u with the first block of 16 bytes of many, in a transfer of its own.
                _ =>
                [
                    0x50,
                    0x03,
                    garbage[0],
                    garbage[1],
                    0xb1,
                    0x75,
                    0xd1,
                    0x03,
                    0x08,
                    0xe2,
                    0x00,
                    0x00,
                    garbage[2],
                    garbage[3],
                    0xff,
                    .. garbage.AsSpan(0, 16),
                ],
            };
            await socket.SendToAsync(datagram, server, CancellationToken.None);
            // What the kernel's queue cannot hold is lost before anybody could answer: as fast as some megabits bring it.
            if (++sent % 20 == 0)
                await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        socket?.Dispose();
        return sent;
    }
}
