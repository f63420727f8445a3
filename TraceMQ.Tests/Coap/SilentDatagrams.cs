using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Coap;

/// <summary>A port of UDP at which somebody listens and never answers.</summary>
internal sealed class SilentDatagrams : ISilentPeer
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public SilentDatagrams() => Accepted = _socket.ReceiveAsync();

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public Task Accepted { get; }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
