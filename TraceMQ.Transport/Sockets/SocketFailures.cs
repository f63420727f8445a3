using System.Net.Sockets;
using TraceMQ.Transport.Sockets.Framing;

namespace TraceMQ.Transport.Sockets;

/// <summary>How a connection ended, as a failure with a sentence.</summary>
internal static class SocketFailures
{
    /// <summary>True for what a connection that is gone fails with.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or FramingException;

    /// <summary>What an exception of <see cref="IsExpected"/> means.</summary>
    public static TransportException Of(string address, Exception exception)
    {
        if (exception is FramingException)
            return new TransportException(
                FailureKind.NotThisProtocol,
                $"{address} {exception.Message}. The connection was closed.",
                exception
            );
        if (exception.InnerException is TransportException known)
            return known;
        return (exception.GetBaseException() as SocketException)?.SocketErrorCode switch
        {
            SocketError.ConnectionReset => new TransportException(
                FailureKind.Lost,
                $"{address} reset the connection: it stopped, or did not want what was sent; connect again.",
                exception
            ),
            SocketError.ConnectionRefused => new TransportException(
                FailureKind.Refused,
                $"{address} refused a datagram: nothing listens there. Check the port, and whether the server runs.",
                exception
            ),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => new TransportException(
                FailureKind.Refused,
                $"{address} cannot be reached from this network: check the address, the route and the VPN.",
                exception
            ),
            SocketError.MessageSize => new TransportException(
                FailureKind.Configuration,
                $"The datagram is too long for the way to {address}: send it in parts, or over TCP.",
                exception
            ),
            SocketError.AccessDenied => new TransportException(
                FailureKind.Configuration,
                $"The system does not allow to send to {address}: a broadcast address needs another program.",
                exception
            ),
            _ => new TransportException(
                FailureKind.Lost,
                $"The connection to {address} was lost: {exception.Message.TrimEnd('.')}; connect again.",
                exception
            ),
        };
    }

    /// <summary>The peer has finished sending.</summary>
    public static TransportException Finished(string address) =>
        new(
            FailureKind.Lost,
            $"{address} has finished sending, so the connection was closed: connect again, or set socket.half_open to go on sending to it."
        );

    /// <summary>The session is over.</summary>
    public static TransportException Over() => new(FailureKind.Lost, "The connection is closed: connect again.");
}
