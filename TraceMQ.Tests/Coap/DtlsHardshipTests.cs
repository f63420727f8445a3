using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>DTLS where datagrams are lost, clients begin anew and strangers send what they like.</summary>
public sealed class DtlsHardshipTests
{
    private static readonly (string Key, string Value)[] s_key =
    [
        ("coap.psk_identity", "me"),
        ("coap.psk_key", "secret"),
    ];

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task DTLS_03_a_lossy_way_our_client(string build)
    {
        var (process, port) = await Libcoap.ServeAsync(build, "-k", "secret", "-h", "hint");
        await using var server = process;
        await using var way = new LossyDatagrams(port + 1);
        await using var client = await CoapProfiles.ConnectAsync(
            $"coaps://127.0.0.1:{way.Port}",
            new Surroundings(),
            [.. s_key, ("coap.ack_timeout", "200ms")]
        );

        var got = await client.PublishAsync(
            CoapProfiles.Message("", "/time", ("method", "GET")),
            CancellationToken.None
        );

        Assert.StartsWith("2.05", got.Text, StringComparison.Ordinal);
        Assert.True(way.Lost > 1, "next to nothing was lost");
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task DTLS_03_a_lossy_way_our_server(string build)
    {
        await using var server = await ServeAsync();
        await using var way = new LossyDatagrams(server.Port);

        var said = await Libcoap.AskAsync(
            build,
            $"coaps://127.0.0.1:{way.Port}/test",
            ["-u", "me", "-k", "secret", "-B", "15"]
        );

        Assert.Contains(":: 'hello'", said, StringComparison.Ordinal);
        Assert.True(way.Lost > 1, "next to nothing was lost");
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task A_client_that_was_started_again_at_the_same_port_is_served(string build)
    {
        await using var server = await ServeAsync();
        var port = FreePorts.Pair().ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["-p", port, "-u", "me", "-k", "secret"];
        var observing = PeerProcess.Start(
            $"coap-client-{build}",
            "libcoap3-bin",
            [.. arguments, "-s", "60", $"{server.Url}/test"]
        );
        var first = await server.NodeAsync("clients", "");
        await server.NodeAsync("observers", "");
        // It is killed, and has no time to say that it goes.
        await observing.DisposeAsync();

        var said = await Libcoap.AskAsync(build, $"{server.Url}/test", arguments);

        Assert.Contains(":: 'hello'", said, StringComparison.Ordinal);
        Assert.EndsWith($":{port}", first.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_greetings_and_records_change_nothing_for_others()
    {
        await using var server = await ServeAsync();
        var hello = await CaptureHelloAsync();
        using var stranger = new UdpClient(0, AddressFamily.InterNetwork);
        var random = new Random(1);
        for (var i = 0; i < 3000; i++)
        {
            var datagram = Mutate(hello, random);
            await stranger.SendAsync(datagram, new IPEndPoint(IPAddress.Loopback, server.Port));
        }

        await using var client = await CoapProfiles.ConnectAsync(server.Url, new Surroundings(), s_key);
        var got = await client.PublishAsync(
            CoapProfiles.Message("", "/test", ("method", "GET")),
            CancellationToken.None
        );

        Assert.StartsWith("2.05", got.Text, StringComparison.Ordinal);
        Assert.False(server.Session.Completion.IsCompleted);
    }

    internal static Task<CoapServed> ServeAsync() =>
        CoapServed.StartAsync("coaps://127.0.0.1:0", [.. s_key, ("coap.resources", "/test=hello")]);

    internal static Task<ISession> ConnectAsync(string url) =>
        CoapProfiles.ConnectAsync(url, new Surroundings(), s_key);

    /// <summary>What a client of ours says first.</summary>
    internal static async Task<byte[]> CaptureHelloAsync()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var url = $"coaps://127.0.0.1:{((IPEndPoint)server.Client.LocalEndPoint!).Port}";
        var connecting = CoapProfiles.Transport.ConnectAsync(
            CoapProfiles.Of(url, s_key),
            new Surroundings().Context,
            stop.Token
        );
        var hello = (await server.ReceiveAsync(stop.Token)).Buffer;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        return hello;
    }

    /// <summary>A greeting with some bytes changed, cut or grown, or a record of another kind.</summary>
    internal static byte[] Mutate(byte[] hello, Random random)
    {
        var datagram = hello.ToArray();
        for (var changes = random.Next(4); changes >= 0; changes--)
            datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
        return random.Next(4) switch
        {
            0 => datagram[..random.Next(datagram.Length)],
            1 => [.. datagram, .. datagram],
            2 => [(byte)random.Next(19, 25), 0xFE, 0xFD, .. datagram.AsSpan(3)],
            _ => datagram,
        };
    }
}
