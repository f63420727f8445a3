namespace TraceMQ.Transport.Sockets;

/// <summary>The way to one peer, by a stream or by datagrams. One reads, any number send.</summary>
internal abstract class SocketLink : IAsyncDisposable
{
    protected SocketLink(string address) => Address = address;

    /// <summary>The peer's.</summary>
    public string Address { get; }

    /// <summary>For the connection card.</summary>
    public abstract IReadOnlyList<Fact> Facts { get; }

    /// <summary>The next message; null where the peer has finished sending.</summary>
    /// <exception cref="Exception">One of <see cref="SocketFailures.IsExpected"/>.</exception>
    public abstract ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>What a message means on this way.</summary>
    /// <exception cref="TransportException">It cannot be sent so.</exception>
    public abstract SocketOutgoing Outgoing(OutgoingMessage message);

    /// <summary>Sends.</summary>
    /// <exception cref="Exception">One of <see cref="SocketFailures.IsExpected"/>; or a <see cref="TransportException"/> where nothing may follow.</exception>
    public abstract ValueTask SendAsync(SocketOutgoing outgoing, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
