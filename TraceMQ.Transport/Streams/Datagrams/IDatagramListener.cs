using System.Net;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Datagrams;

/// <summary>A datagram of a client.</summary>
/// <param name="Peer">Who sent it; equal for every datagram of that peer.</param>
/// <param name="Length">Bytes of the buffer that it fills.</param>
internal readonly record struct ReceivedDatagram(EndPoint Peer, int Length);

/// <summary>Takes datagrams from any peer at one address.</summary>
internal interface IDatagramListener : IAsyncDisposable
{
    /// <summary>The URL, with the real port where 0 was asked for.</summary>
    Endpoint Endpoint { get; }

    /// <summary>The address, with the real port.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>What clients need to get in, and what they are shown.</summary>
    IReadOnlyList<Fact> Facts { get; }

    /// <summary>Waits for a datagram of any peer.</summary>
    /// <exception cref="TransportException">The listener is over.</exception>
    ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends a datagram to a peer; one that is gone is no error.</summary>
    /// <exception cref="TransportException">The listener is over.</exception>
    ValueTask SendAsync(EndPoint peer, ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken);
}
