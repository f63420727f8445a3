using System.Net;

namespace TraceMQ.Transport.Streams.Datagrams;

/// <summary>Datagrams to and from one peer, whatever carries them.</summary>
internal interface IDatagramPipe : IAsyncDisposable
{
    /// <summary>The peer's address.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>For the connection card.</summary>
    IReadOnlyList<Fact> Facts { get; }

    /// <summary>Sends one datagram.</summary>
    /// <exception cref="TransportException">The pipe is over.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken);

    /// <summary>Waits for a datagram; what does not fit into the buffer is cut off.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="TransportException">The pipe is over: nothing listens there, or it was lost.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
