using System.Net;
using System.Net.Sockets;

namespace TraceMQ.Tests.Coap;

/// <summary>A way to a server for one client on which datagrams are lost in both directions: the 2nd, 5th, 9th, 14th and so on, so that whoever goes on trying comes through.</summary>
internal sealed class LossyDatagrams : IAsyncDisposable
{
    private readonly UdpClient _near = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _far = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile IPEndPoint? _client;
    private readonly Lock _lock = new();
    private int _next = 2;
    private int _count;
    private int _lost;

    public LossyDatagrams(int port)
    {
        _server = new IPEndPoint(IPAddress.Loopback, port);
        _running = Task.WhenAll(ForwardAsync(_near, isFromClient: true), ForwardAsync(_far, isFromClient: false));
    }

    public int Port => ((IPEndPoint)_near.Client.LocalEndPoint!).Port;

    /// <summary>How many were thrown away.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _near.Dispose();
        _far.Dispose();
        _stop.Dispose();
    }

    private bool IsLost()
    {
        lock (_lock)
        {
            if (++_count < _next)
                return false;
            _next += ++_lost + 2;
            return true;
        }
    }

    private async Task ForwardAsync(UdpClient from, bool isFromClient)
    {
        while (true)
        {
            UdpReceiveResult got;
            try
            {
                got = await from.ReceiveAsync(_stop.Token);
            }
            catch (SocketException)
            {
                // The other side has closed its port: whoever sends next finds out.
                continue;
            }

            if (isFromClient)
                _client = got.RemoteEndPoint;
            if (IsLost())
                continue;
            if (isFromClient)
                await _far.SendAsync(got.Buffer, _server, _stop.Token);
            else
                await _near.SendAsync(got.Buffer, _client!, _stop.Token);
        }
    }
}
