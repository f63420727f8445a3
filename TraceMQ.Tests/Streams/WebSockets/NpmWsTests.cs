using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

/// <summary>Another's implementation in both directions: npm ws.</summary>
public sealed class NpmWsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Our_client_and_their_server(bool isCompressed)
    {
        await using var server = NodePeer.Start("ws-server.js", isCompressed ? "deflate" : "plain");
        var port = int.Parse(await server.LineAsync("port "), CultureInfo.InvariantCulture);
        await using var client = await ConnectAsync(port, isCompressed);
        Assert.Equal("v1.chat", client.Upgrade.Subprotocol);
        Assert.Equal(isCompressed, client.Upgrade.Compression is not null);
        await server.LineAsync("connected /live v1.chat");

        foreach (var length in new[] { 0, 1, 125, 126, 65_535, 65_536, 1_000_000 })
        {
            var payload = new byte[length];
            for (var i = 0; i < length; i++)
                payload[i] = (byte)(97 + ((long)i * i % 26));
            foreach (var opcode in new[] { Opcode.Text, Opcode.Binary })
            {
                await client.SendAsync(opcode, payload, CancellationToken.None);
                var back = (await ReceiveAsync(client))!.Value;
                Assert.Equal(opcode, back.Opcode);
                Assert.True(back.Payload.Span.SequenceEqual(payload));
            }
        }

        await client.SendFragmentsAsync(Opcode.Text, ["fr"u8.ToArray(), "ag"u8.ToArray()], CancellationToken.None);
        Assert.Equal("frag", Encoding.UTF8.GetString((await ReceiveAsync(client))!.Value.Payload.Span));

        var pinging = client.PingAsync("hi"u8.ToArray(), CancellationToken.None);
        await client.SendAsync(Opcode.Text, "close me"u8.ToArray(), CancellationToken.None);
        Assert.Null(await ReceiveAsync(client));
        Assert.True(await pinging > TimeSpan.Zero);
        await server.LineAsync("ping hi");
        Assert.Equal(new CloseStatus(4001, "as you wish", IsByPeer: true), await client.Ended);
        await client.DisposeAsync();
        await server.LineAsync("closed 4001");
        Assert.DoesNotContain("error", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Their_client_and_our_server(bool isCompressed)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var client = NodePeer.Start(
            "ws-client.js",
            $"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/live",
            isCompressed ? "deflate" : "plain"
        );
        await using var server = await WebSocketUpgrade.AcceptAsync(
            new NetworkStream(await listener.AcceptSocketAsync().WaitAsync(Surroundings.Patience), ownsSocket: true),
            new UpgradeOffer
            {
                Path = "/live",
                Subprotocols = ["v1.chat"],
                AcceptsCompression = true,
            },
            WebSocketLimits.Default,
            TimeProvider.System,
            CancellationToken.None
        );
        Assert.Equal(isCompressed, server.Upgrade.Compression is not null);

        while (await ReceiveAsync(server) is { } message)
            await server.QueueAsync(message.Opcode, message.Payload, CancellationToken.None);

        Assert.Equal(new CloseStatus(4002, "done", IsByPeer: true), await server.Ended);
        await server.DisposeAsync();
        await client.LineAsync("echoed 15");
        await client.LineAsync("pong are you there");
        await client.LineAsync("closed 4002");
        Assert.DoesNotContain("error", client.Output, StringComparison.Ordinal);
    }

    private static Task<WebSocketMessage?> ReceiveAsync(WebSocketConnection connection) =>
        connection.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Surroundings.Patience);

    private static async Task<WebSocketConnection> ConnectAsync(int port, bool isCompressed)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return await WebSocketUpgrade.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true),
            new UpgradeRequest
            {
                Host = $"127.0.0.1:{port}",
                PathAndQuery = "/live",
                Subprotocols = ["v1.chat"],
                IsSubprotocolRequired = true,
                OffersCompression = isCompressed,
            },
            WebSocketLimits.Default,
            TimeProvider.System,
            CancellationToken.None
        );
    }
}
