using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Datagrams;

/// <summary>UDP to one peer. The socket is connected, so that a port at which nothing listens is told at once.</summary>
internal sealed class UdpPipe : IDatagramPipe
{
    private readonly Socket _socket;
    private readonly Endpoint _endpoint;

    private UdpPipe(Socket socket, Endpoint endpoint, IPEndPoint remote)
    {
        _socket = socket;
        _endpoint = endpoint;
        RemoteEndPoint = remote;
    }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Our own end.</summary>
    public EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    public IReadOnlyList<Fact> Facts => [];

    /// <summary>Opens a socket to an address; nothing is sent yet.</summary>
    /// <exception cref="TransportException">There is no way to the address.</exception>
    public static UdpPipe Open(Endpoint endpoint, IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            var remote = new IPEndPoint(address, endpoint.Port);
            socket.Connect(remote);
            return new UdpPipe(socket, endpoint, remote);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw Failure(endpoint, exception);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendAsync(datagram, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"{datagram.Length:N0} bytes are too many for one datagram: choose a smaller block size.",
                exception
            );
        }
        catch (SocketException exception)
        {
            throw Failure(_endpoint, exception);
        }
        catch (ObjectDisposedException exception)
        {
            throw Closed(exception);
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
            {
                // Too large for the buffer: whoever speaks a protocol with a limit has no use for it.
            }
            catch (SocketException exception)
            {
                throw Failure(_endpoint, exception);
            }
            catch (ObjectDisposedException exception)
            {
                throw Closed(exception);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TransportException Closed(Exception inner) =>
        new(FailureKind.Lost, "The connection is closed: connect again.", inner);

    private static TransportException Failure(Endpoint endpoint, SocketException exception) =>
        exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused or SocketError.ConnectionReset => new TransportException(
                FailureKind.Refused,
                $"Nothing listens at {endpoint.Address} (UDP): check the port, and whether the server runs.",
                exception
            ),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
                new TransportException(
                    FailureKind.Refused,
                    $"{endpoint.Address} cannot be reached from this network: check the address, the route and the VPN.",
                    exception
                ),
            _ => new TransportException(
                FailureKind.Refused,
                $"{endpoint.Address} cannot be reached by UDP ({exception.Message}): check the address and the port.",
                exception
            ),
        };
}
