using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Coap;

/// <summary>A peer that sends the bytes that a test writes by hand.</summary>
internal sealed class RawCoap : IDisposable
{
    private readonly UdpClient _socket = new(0, AddressFamily.InterNetwork);
    private readonly IPEndPoint _server;

    public RawCoap(int port)
        : this(new IPEndPoint(IPAddress.Loopback, port)) { }

    public RawCoap(IPEndPoint server) => _server = server;

    public async Task SendAsync(byte[] datagram) => await _socket.SendAsync(datagram, _server);

    public Task SendAsync(string hex) => SendAsync(Bytes(hex));

    public async Task<byte[]> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        return (await _socket.ReceiveAsync(timeout.Token)).Buffer;
    }

    public async Task<byte[]> AskAsync(string hex)
    {
        await SendAsync(hex);
        return await ReceiveAsync();
    }

    /// <summary>Sends, and then a ping: what came before its answer.</summary>
    public async Task<byte[]?> ReactionAsync(string hex)
    {
        await SendAsync(hex);
        await SendAsync("40 00 fe fe");
        var first = await ReceiveAsync();
        if (first is [0x70, 0x00, 0xfe, 0xfe])
            return null;
        Assert.Equal([0x70, 0x00, 0xfe, 0xfe], await ReceiveAsync());
        return first;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
