using System.Buffers;
using System.Buffers.Text;
using System.Text;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// Follows the protocol in one direction of a stream, however it is cut into pieces: control lines, and the payloads that some of them announce
/// (NATS client protocol). It hears errors, and tells packets to the wire log while somebody reads it. One call at a time.
/// </summary>
internal sealed class NatsTap
{
    private const int MaximumLine = 64 << 10;
    private const int LineEnd = 2;

    private readonly Direction _direction;
    private readonly SessionContext _context;
    private readonly Action<string>? _onError;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _packet = new();
    private long _payloadLeft;
    private long _packetLength;
    private bool _isRecording;
    private bool _isLost;

    /// <param name="direction">Which way the bytes go.</param>
    /// <param name="context">The wire log and the clock.</param>
    /// <param name="onError">Hears what the server has to complain of, without the quotes.</param>
    public NatsTap(Direction direction, SessionContext context, Action<string>? onError = null)
    {
        _direction = direction;
        _context = context;
        _onError = onError;
    }

    /// <summary>The next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isLost)
            bytes = _payloadLeft > 0 ? TakePayload(bytes) : TakeLine(bytes);
    }

    private ReadOnlySpan<byte> TakePayload(ReadOnlySpan<byte> bytes)
    {
        var length = (int)Math.Min(bytes.Length, _payloadLeft);
        if (_isRecording)
            Record(bytes[..length]);
        _payloadLeft -= length;
        if (_payloadLeft == 0)
            EndPacket();
        return bytes[length..];
    }

    private ReadOnlySpan<byte> TakeLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end >= 0 && _line.WrittenCount == 0)
        {
            Take(bytes[..end]);
            return bytes[(end + 1)..];
        }

        var part = end < 0 ? bytes : bytes[..end];
        // A line without an end is no protocol any more: the library ends such a connection, and nothing is kept of it here.
        _isLost = _line.WrittenCount + part.Length > MaximumLine;
        if (_isLost)
            return [];
        _line.Write(part);
        if (end < 0)
            return [];
        Take(_line.WrittenSpan);
        _line.ResetWrittenCount();
        return bytes[(end + 1)..];
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty)
            return;
        var hasPayload = HasPayload(line);
        if (hasPayload)
        {
            var size = line[(line.LastIndexOf((byte)' ') + 1)..];
            _isLost = !Utf8Parser.TryParse(size, out long length, out var used) || used != size.Length || length < 0;
            if (_isLost)
                return;
            _payloadLeft = length + LineEnd;
        }
        else if (line[0] == '-')
        {
            _onError?.Invoke(Encoding.UTF8.GetString(line[4..]).Trim().Trim('\''));
        }

        Begin(line, hasPayload);
    }

    // MSG, HMSG, PUB and HPUB: the letters decide, no other line begins like them.
    private static bool HasPayload(ReadOnlySpan<byte> line) =>
        line.Length > 4
        && (line[0], line[1]) switch
        {
            ((byte)'M', (byte)'S') => true,
            ((byte)'H', (byte)'M' or (byte)'P') => true,
            ((byte)'P', (byte)'U') => true,
            _ => false,
        };

    private void Begin(ReadOnlySpan<byte> line, bool hasPayload)
    {
        var isHandshake = line[0] is (byte)'I' or (byte)'C' or (byte)'-';
        _isRecording = _context.Wire.IsWatched || isHandshake;
        if (!_isRecording)
            return;
        _packet.ResetWrittenCount();
        _packetLength = 0;
        Record(NatsWire.Redacted(line));
        if (hasPayload)
            Record("\r\n"u8);
        else
            EndPacket();
    }

    private void Record(ReadOnlySpan<byte> bytes)
    {
        _packetLength += bytes.Length;
        var room = NatsWire.MaximumBytes - _packet.WrittenCount;
        if (room > 0)
            _packet.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    private void EndPacket()
    {
        if (!_isRecording)
            return;
        var record = NatsWire.Of(_context.Time.GetUtcNow(), _direction, _packet.WrittenSpan.ToArray(), _packetLength);
        if (record.Kind is "INFO" or "CONNECT" or "-ERR")
            _context.Wire.Keep(record);
        else
            _context.Wire.Record(record);
        _isRecording = false;
    }
}
