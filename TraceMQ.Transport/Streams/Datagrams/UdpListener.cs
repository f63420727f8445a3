using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Datagrams;

/// <summary>Listens for datagrams of UDP.</summary>
internal sealed class UdpListener : IDatagramListener
{
    // A burst of clients must not be lost in the kernel while one of them is answered.
    private const int KernelBuffer = 4 << 20;

    private readonly Socket _socket;

    private UdpListener(Socket socket, Endpoint endpoint)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        Endpoint = endpoint with { Port = LocalEndPoint.Port };
    }

    public Endpoint Endpoint { get; }

    public IPEndPoint LocalEndPoint { get; }

    public IReadOnlyList<Fact> Facts => [];

    /// <summary>Binds the address.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="isWithGroup">True where <see cref="BindGroup"/> follows, at the same port.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It cannot be listened at.</exception>
    public static async Task<UdpListener> BindAsync(
        Endpoint endpoint,
        bool isWithGroup,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var addresses = await TcpDialer.ResolveAsync(endpoint, time, cancellationToken).ConfigureAwait(false);
        var address =
            addresses.FirstOrDefault(item => item.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = KernelBuffer,
        };
        try
        {
            if (isWithGroup)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                LeaveGroupsToOthers(socket);
            }

            socket.Bind(new IPEndPoint(address, endpoint.Port));
            return new UdpListener(socket, endpoint);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw StreamListener.CannotListen(endpoint, exception);
        }
    }

    /// <summary>Listens for datagrams to a group at the port of another listener; those to a single address do not come here.</summary>
    /// <param name="listener">Whose port and interface.</param>
    /// <param name="group">The group.</param>
    /// <exception cref="TransportException">The group cannot be joined.</exception>
    public static UdpListener BindGroup(IDatagramListener listener, IPAddress group)
    {
        var own = listener.LocalEndPoint;
        var socket = new Socket(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = KernelBuffer,
        };
        try
        {
            // Other programs of this machine may be members at the same port.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(group, own.Port));
            if (group.AddressFamily == AddressFamily.InterNetwork)
                socket.SetSocketOption(
                    SocketOptionLevel.IP,
                    SocketOptionName.AddMembership,
                    own.Address.Equals(IPAddress.Any)
                        ? new MulticastOption(group)
                        : new MulticastOption(group, own.Address)
                );
            else
                socket.SetSocketOption(
                    SocketOptionLevel.IPv6,
                    SocketOptionName.AddMembership,
                    new IPv6MulticastOption(group)
                );
            return new UdpListener(socket, listener.Endpoint);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new TransportException(
                FailureKind.Configuration,
                $"The group {group} cannot be joined ({exception.Message}): check the address and the network.",
                exception
            );
        }
    }

    public async ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var any = new IPEndPoint(
            LocalEndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
            0
        );
        while (true)
        {
            try
            {
                var received = await _socket
                    .ReceiveFromAsync(buffer, SocketFlags.None, any, cancellationToken)
                    .ConfigureAwait(false);
                return new ReceivedDatagram(received.RemoteEndPoint, received.ReceivedBytes);
            }
            catch (SocketException)
            {
                // Of a client that is gone, or a datagram too large: others still come. A closed socket says so differently.
            }
            catch (ObjectDisposedException exception)
            {
                throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.", exception);
            }
        }
    }

    public async ValueTask SendAsync(EndPoint peer, ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendToAsync(datagram, SocketFlags.None, peer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // A client that is gone takes nothing any more; a lost datagram is what UDP is.
        }
        catch (ObjectDisposedException exception)
        {
            throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.", exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Linux gives a socket that is bound to every address the datagrams of every group that anybody on the machine has joined, unless it is told not to (ip(7), ipv6(7)).</summary>
    private static void LeaveGroupsToOthers(Socket socket)
    {
        const int Ip = 0;
        const int IpMulticastAll = 49;
        const int Ipv6 = 41;
        const int Ipv6MulticastAll = 29;
        if (!OperatingSystem.IsLinux())
            return;
        if (socket.AddressFamily == AddressFamily.InterNetwork)
            socket.SetRawSocketOption(Ip, IpMulticastAll, BitConverter.GetBytes(0));
        else
            socket.SetRawSocketOption(Ipv6, Ipv6MulticastAll, BitConverter.GetBytes(0));
    }
}
