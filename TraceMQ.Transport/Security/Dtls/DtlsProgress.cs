using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>How far one handshake came, seen from its datagrams; they are kept for whoever looks at the wire.</summary>
internal sealed class DtlsProgress
{
    private const int MostBytes = 4096;
    private readonly SessionContext _context;
    private readonly string _peer;
    private volatile bool _isOver;

    /// <param name="peer">Who it is.</param>
    /// <param name="context">The surroundings.</param>
    public DtlsProgress(string peer, SessionContext context)
    {
        _peer = peer;
        _context = context;
    }

    /// <summary>The last thing that came; null: nothing.</summary>
    public string? LastReceived { get; private set; }

    /// <summary>True once we have sent all that is ours to send in the open.</summary>
    public bool IsLastFlightSent { get; private set; }

    /// <summary>True once the peer has.</summary>
    public bool IsLastFlightReceived { get; private set; }

    /// <summary>The handshake is over: what follows is not its own.</summary>
    public void End() => _isOver = true;

    /// <summary>Sees a datagram.</summary>
    public void Saw(Direction direction, byte[] datagram)
    {
        if (_isOver)
            return;
        var records = DtlsRecords.Describe(datagram);
        var changes = records.Contains("ChangeCipherSpec", StringComparer.Ordinal);
        if (direction == Direction.Out)
        {
            IsLastFlightSent |= changes;
        }
        else
        {
            IsLastFlightReceived |= changes;
            if (records.Count > 0)
                LastReceived = records[^1];
        }

        _context.Wire.Keep(
            new WireRecord(
                _context.Time.GetUtcNow(),
                direction,
                "DTLS",
                records.Count == 0 ? "no DTLS" : string.Join(", ", records),
                [new Fact("peer", _peer)],
                datagram.AsMemory(0, Math.Min(datagram.Length, MostBytes)),
                datagram.Length
            )
        );
    }
}
