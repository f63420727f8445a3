using TraceMQ.Transport.Sockets.Framing;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Sockets;

/// <summary>A peer at the other end of a TCP connection, plain or with TLS.</summary>
internal sealed class StreamLink : SocketLink
{
    private readonly PeerStream _peer;
    private readonly StreamFraming _framing;
    private readonly FramedReader _reader;
    private readonly SocketWire _wire;
    private readonly TimeProvider _time;

    // The bytes of one message must not be parted by another's.
    private readonly SemaphoreSlim _sending = new(1, 1);
    private bool _hasEnded;

    /// <param name="peer">Owned.</param>
    /// <param name="address">The peer's.</param>
    /// <param name="framing">Where a message ends.</param>
    /// <param name="context">The surroundings.</param>
    public StreamLink(PeerStream peer, string address, StreamFraming framing, SessionContext context)
        : base(address)
    {
        _peer = peer;
        _framing = framing;
        _time = context.Time;
        _wire = new SocketWire(context, isDatagrams: false);
        _reader = new FramedReader(peer.Stream, framing, bytes => _wire.Passed(Direction.In, Address, bytes));
    }

    public override IReadOnlyList<Fact> Facts =>
        [
            new Fact("our address", _peer.LocalEndPoint?.ToString() ?? ""),
            new Fact("framing", _framing.Words),
            .. _peer.Facts(_time.GetUtcNow()),
        ];

    public override async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var message = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (message is null)
            _wire.Ended(Direction.In, Address);
        return message;
    }

    public override SocketOutgoing Outgoing(OutgoingMessage message) => SocketOutgoing.OfStream(message, _framing);

    /// <summary>An answer of the server's, in its framing.</summary>
    public SocketOutgoing Answer(ReadOnlyMemory<byte> payload) =>
        new(payload, _framing.Wrap(payload), HalfCloses: false);

    public override async ValueTask SendAsync(SocketOutgoing outgoing, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_hasEnded)
                throw new TransportException(
                    FailureKind.Configuration,
                    "This side was half-closed, so nothing more can be sent: connect again."
                );
            if (!outgoing.Bytes.IsEmpty)
            {
                await _peer.Stream.WriteAsync(outgoing.Bytes, cancellationToken).ConfigureAwait(false);
                await _peer.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                _wire.Passed(Direction.Out, Address, outgoing.Bytes);
            }

            if (!outgoing.HalfCloses)
                return;
            _hasEnded = true;
            await _peer.EndAsync().ConfigureAwait(false);
            _wire.Ended(Direction.Out, Address);
        }
        finally
        {
            _sending.Release();
        }
    }

    public override ValueTask DisposeAsync() => _peer.DisposeAsync();
}
