using System.Globalization;
using System.Text;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Sockets;

/// <summary>Tells the bytes of a peer to the wire log as they come and go; TLS is taken off.</summary>
internal sealed class SocketWire
{
    private const int MaximumBytes = 4096;
    private const int MaximumPreview = 60;

    private readonly SessionContext _context;
    private readonly string _kind;

    /// <param name="context">Has the log.</param>
    /// <param name="isDatagrams">A record is a datagram, and not whatever came at once.</param>
    public SocketWire(SessionContext context, bool isDatagrams)
    {
        _context = context;
        _kind = isDatagrams ? "datagram" : "bytes";
    }

    /// <summary>Bytes passed.</summary>
    public void Passed(Direction direction, string peer, ReadOnlyMemory<byte> bytes)
    {
        if (_context.Wire.IsWatched)
            _context.Wire.Record(Of(direction, peer, _kind, bytes, Preview(bytes.Span)));
    }

    /// <summary>One side has finished sending.</summary>
    public void Ended(Direction direction, string peer)
    {
        if (_context.Wire.IsWatched)
            _context.Wire.Record(Of(direction, peer, "end", default, "finished sending"));
    }

    private WireRecord Of(Direction direction, string peer, string kind, ReadOnlyMemory<byte> bytes, string words) =>
        new(
            _context.Time.GetUtcNow(),
            direction,
            kind,
            kind == "end"
                ? $"{peer} {words}"
                : $"{peer} {bytes.Length.ToString("N0", CultureInfo.InvariantCulture)} B {words}",
            [new Fact("peer", peer)],
            bytes[..Math.Min(bytes.Length, MaximumBytes)].ToArray(),
            bytes.Length
        );

    private static string Preview(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, MaximumPreview)];
        return System.Text.Unicode.Utf8.IsValid(start)
            ? Encoding.UTF8.GetString(start)
            : Convert.ToHexStringLower(start[..Math.Min(start.Length, MaximumPreview / 2)]);
    }
}
