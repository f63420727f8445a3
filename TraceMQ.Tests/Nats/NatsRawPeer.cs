using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TraceMQ.Tests.Nats;

/// <summary>A client that sends the bytes it is given, for floods and for what no library sends.</summary>
internal sealed class NatsRawPeer : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    private NatsRawPeer() { }

    public static async Task<NatsRawPeer> ConnectAsync(int port)
    {
        var peer = new NatsRawPeer();
        await peer._client.ConnectAsync(IPAddress.Loopback, port);
        await peer.SendAsync("CONNECT {\"verbose\":false,\"headers\":true}\r\n"u8.ToArray());
        await peer.SettleAsync();
        return peer;
    }

    public async Task SendAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>Waits until the server has read all that was sent.</summary>
    public async Task SettleAsync()
    {
        await SendAsync("PING\r\n"u8.ToArray());
        var buffer = new byte[4096];
        var text = new StringBuilder();
        while (!text.ToString().Contains("PONG", StringComparison.Ordinal))
        {
            var length = await _client.GetStream().ReadAsync(buffer);
            Assert.True(length > 0, $"the server closed: {text}");
            text.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }
    }

    /// <summary>Publishes messages of 100 bytes, as fast as they are taken.</summary>
    public async Task FloodAsync(string subject, int count)
    {
        const int Batch = 500;
        var one = Encoding.ASCII.GetBytes($"PUB {subject} 100\r\n{new string('x', 100)}\r\n");
        var batch = Enumerable.Repeat(one, Batch).SelectMany(bytes => bytes).ToArray();
        for (var sent = 0; sent < count; sent += Batch)
            await SendAsync(batch);
        await SettleAsync();
    }

    public void Dispose() => _client.Dispose();
}
