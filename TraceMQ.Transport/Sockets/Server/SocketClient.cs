using System.Net;
using TraceMQ.Transport.Streams.Clients;

namespace TraceMQ.Transport.Sockets.Server;

/// <summary>A client of our server, by a stream or by datagrams.</summary>
internal abstract class SocketClient(EndPoint? address, long since) : ServedClient(address, since)
{
    /// <summary>True where it sends datagrams.</summary>
    public abstract bool IsDatagrams { get; }

    /// <summary>Sends to it.</summary>
    /// <exception cref="Exception">One of <see cref="SocketFailures.IsExpected"/>.</exception>
    public abstract ValueTask SendAsync(SocketOutgoing outgoing, CancellationToken cancellationToken);
}
