using System.Globalization;
using System.Text;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.WebSocket;

/// <summary>Tells the frames of a connection to the wire log, and those that somebody else waits for. Sees none where nobody looks.</summary>
internal sealed class FrameRecorder : IFrameObserver, IDisposable
{
    private const int MaximumBytes = 4096;
    private const int MaximumPreview = 60;

    private readonly WebSocketConnection _connection;
    private readonly WireLog _wire;
    private readonly string _peer;
    private readonly Action<WebSocketFrame>? _also;
    private readonly IDisposable _attachment;
    private volatile bool _isSecret;

    /// <param name="connection">Is observed.</param>
    /// <param name="wire">Gets a record of each frame while somebody reads it.</param>
    /// <param name="peer">The peer's address.</param>
    /// <param name="also">Sees every frame, also while nobody reads; null: nobody does.</param>
    public FrameRecorder(WebSocketConnection connection, WireLog wire, string peer, Action<WebSocketFrame>? also)
    {
        _connection = connection;
        _wire = wire;
        _peer = peer;
        _also = also;
        if (also is not null)
            connection.Observer = this;
        _attachment = wire.Attach(Watch);
    }

    /// <summary>While it is set, what we send holds secrets, and is recorded as asterisks.</summary>
    public bool IsSecret
    {
        get => _isSecret;
        set => _isSecret = value;
    }

    public void OnFrame(in WebSocketFrame frame)
    {
        _also?.Invoke(frame);
        if (_wire.IsWatched)
            _wire.Record(RecordOf(frame));
    }

    public void Dispose() => _attachment.Dispose();

    private void Watch(bool isWatched)
    {
        if (_also is null)
            _connection.Observer = isWatched ? this : null;
    }

    private WireRecord RecordOf(in WebSocketFrame frame)
    {
        var header = frame.Header;
        var isHidden = _isSecret && frame.Direction == Direction.Out && !header.Opcode.IsControl();
        var bytes = new byte[Math.Min(MaximumBytes, header.Size + frame.Payload.Length)];
        header.Write(bytes);
        var shown = bytes.AsSpan(header.Size);
        frame.Payload.Span[..shown.Length].CopyTo(shown);
        if (isHidden)
            shown.Fill((byte)'*');
        return new WireRecord(
            frame.Time,
            frame.Direction,
            header.Opcode.Name(),
            Summary(header, isHidden ? default : frame.Payload.Span, isHidden),
            Fields(frame, isHidden),
            bytes,
            (int)Math.Min(int.MaxValue, header.Size + header.Length)
        );
    }

    private string Summary(in FrameHeader header, ReadOnlySpan<byte> payload, bool isHidden)
    {
        var text = new StringBuilder(_peer).Append(' ').Append(Flags(header)).Append(' ');
        text.Append(header.Length.ToString("N0", CultureInfo.InvariantCulture)).Append(" B");
        if (isHidden)
            return text.Append(" (preamble, hidden)").ToString();
        if (header.Opcode == Opcode.Close && payload.Length >= 2)
            return text.Append(' ').Append(CloseWords(payload)).ToString();
        if (header.Reserved == 0 && System.Text.Unicode.Utf8.IsValid(payload))
        {
            var preview = Encoding.UTF8.GetString(payload[..Math.Min(payload.Length, MaximumPreview)]);
            text.Append(' ').Append(preview);
        }

        return text.ToString();
    }

    private List<Fact> Fields(in WebSocketFrame frame, bool isHidden)
    {
        var header = frame.Header;
        var fields = new List<Fact>
        {
            new("peer", _peer),
            new("final", header.IsFinal ? "yes" : "no, more fragments follow"),
            new("opcode", $"{header.Opcode.Name()} (0x{(int)header.Opcode:X})"),
            new("compressed", (header.Reserved & FrameHeader.Compressed) != 0 ? "yes (RSV1)" : "no"),
            new(
                "mask",
                header.IsMasked
                    ? $"{Convert.ToHexStringLower(BitConverter.GetBytes(header.Mask))}; the payload is shown without it"
                    : "none"
            ),
            new("header", Quantity.FormatSize(header.Size)),
            new("payload", Quantity.FormatSize(header.Length)),
        };
        if (header.Opcode == Opcode.Close && frame.Payload.Length >= 2 && !isHidden)
            fields.Add(new Fact("says", CloseWords(frame.Payload.Span)));
        return fields;
    }

    private static string CloseWords(ReadOnlySpan<byte> payload) =>
        new CloseStatus(
            (payload[0] << 8) | payload[1],
            Encoding.UTF8.GetString(payload[2..]),
            IsByPeer: true
        ).ToString();

    private static string Flags(in FrameHeader header) =>
        (header.IsFinal ? "FIN" : "…") + (header.Reserved == 0 ? "" : $" RSV{header.Reserved:X}");
}
