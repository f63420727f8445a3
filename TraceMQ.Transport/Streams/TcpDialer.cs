using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams;

/// <summary>Connects to a TCP endpoint, and says in a sentence why it could not.</summary>
internal static class TcpDialer
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <summary>The addresses of the host; at least one.</summary>
    /// <exception cref="TransportException">The name does not resolve.</exception>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(
        Endpoint endpoint,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (IPAddress.TryParse(endpoint.Host, out var address))
            return [address];
        using var timeout = new CancellationTokenSource(s_timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, both.Token).ConfigureAwait(false);
            if (addresses.Length > 0)
                return addresses;
            throw NotFound(endpoint, inner: null);
        }
        catch (SocketException exception)
        {
            throw NotFound(endpoint, exception);
        }
        catch (ArgumentException exception)
        {
            throw NotFound(endpoint, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"No name server told the address of \"{endpoint.Host}\" within {Quantity.Format(s_timeout)}: check the network and the name.",
                exception
            );
        }
    }

    /// <summary>A connection to the first address that answers.</summary>
    /// <exception cref="TransportException">None did.</exception>
    public static async Task<NetworkStream> ConnectAsync(
        Endpoint endpoint,
        IReadOnlyList<IPAddress> addresses,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(s_timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, endpoint.Port, both.Token).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                last = exception;
            }
            catch (OperationCanceledException exception)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                throw TimedOut(endpoint, exception);
            }
        }

        throw Unreachable(endpoint, last!);
    }

    /// <summary>Resolves and connects.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    public static async Task<NetworkStream> OpenAsync(
        Endpoint endpoint,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var addresses = await ResolveAsync(endpoint, time, cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(endpoint, addresses, time, cancellationToken).ConfigureAwait(false);
    }

    private static TransportException NotFound(Endpoint endpoint, Exception? inner) =>
        new(
            FailureKind.NameNotFound,
            $"The host name \"{endpoint.Host}\" was not found: check its spelling and the name servers.",
            inner
        );

    private static TransportException TimedOut(Endpoint endpoint, Exception inner) =>
        new(
            FailureKind.TimedOut,
            $"{endpoint.Address} did not answer within {Quantity.Format(s_timeout)}: check the address and the firewalls on the way.",
            inner
        );

    private static TransportException Unreachable(Endpoint endpoint, SocketException exception) =>
        exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new TransportException(
                FailureKind.Refused,
                $"{endpoint.Address} refused the connection: nothing listens there. Check the port, and whether the server runs.",
                exception
            ),
            SocketError.TimedOut => TimedOut(endpoint, exception),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
                new TransportException(
                    FailureKind.Refused,
                    $"{endpoint.Address} cannot be reached from this network: check the address, the route and the VPN.",
                    exception
                ),
            _ => new TransportException(
                FailureKind.Refused,
                $"{endpoint.Address} cannot be connected to ({exception.Message}): check the address and the port.",
                exception
            ),
        };
}
