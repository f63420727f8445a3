using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>The client and the server of libcoap, in its three builds: <c>notls</c>, <c>openssl</c>, <c>gnutls</c>.</summary>
internal static class Libcoap
{
    private const string Package = "libcoap3-bin";

    /// <summary>A request of its client, and all that it said: each packet is a line that begins with <c>v:1 t:CON c:GET</c>.</summary>
    public static async Task<string> AskAsync(string build, string url, params string[] arguments)
    {
        await using var client = PeerProcess.Start(
            $"coap-client-{build}",
            Package,
            // Without a limit of its own it waits for a minute and a half.
            ["-v", "7", "-B", "5", .. arguments, url]
        );
        return await client.EndAsync();
    }

    /// <summary>Its server, once it answers.</summary>
    /// <param name="build">Which.</param>
    /// <param name="arguments">What it can be told.</param>
    /// <returns>It, and its port; that of DTLS is the next.</returns>
    public static async Task<(PeerProcess Process, int Port)> ServeAsync(string build, params string[] arguments)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var port = FreePorts.Pair();
            var process = PeerProcess.Start(
                $"coap-server-{build}",
                Package,
                ["-A", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-d", "100", .. arguments]
            );
            int[] streams = build == "notls" ? [port] : [port, port + 1];
            while (!process.HasExited && !process.Output.Contains("CRIT", StringComparison.Ordinal))
            {
                if (await AnswersAsync(port, streams))
                    return (process, port);
                Assert.True(TimeProvider.System.GetElapsedTime(started) < Surroundings.Patience, process.Output);
            }

            // Somebody took one of the ports meanwhile.
            await process.DisposeAsync();
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Surroundings.Patience, process.Output);
        }
    }

    // It tells nobody when it is ready: until then its ports are refused, or what is sent there is lost.
    private static async Task<bool> AnswersAsync(int port, int[] streams)
    {
        using var attempt = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        using var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, port);
        try
        {
            byte[] ping = [0x40, 0x00, 0x12, 0x34];
            await socket.SendAsync(ping, attempt.Token);
            await socket.ReceiveAsync(attempt.Token);
            foreach (var listening in streams)
            {
                using var stream = new TcpClient();
                await stream.ConnectAsync(IPAddress.Loopback, listening, attempt.Token);
            }

            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
