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

    // As much as nats-server sends at most (max_pending); the library would hold all of it in memory.
    private const long MaximumMessage = 64 << 20;
    private const int MostShown = 40;

    private readonly Direction _direction;
    private readonly SessionContext _context;
    private readonly Action<string>? _onError;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _packet = new();
    private long _payloadLeft;
    private long _packetLength;
    private bool _isRecording;

    /// <param name="direction">Which way the bytes go.</param>
    /// <param name="context">The wire log and the clock.</param>
    /// <param name="onError">Hears what the server has to complain of, without the quotes; null where it is no server that speaks.</param>
    public NatsTap(Direction direction, SessionContext context, Action<string>? onError = null)
    {
        _direction = direction;
        _context = context;
        _onError = onError;
    }

    /// <summary>What is wrong with what came, in words; null while nothing is. It cannot be followed any further then.</summary>
    public string? Problem { get; private set; }

    /// <summary>How many bytes are missing of a message that has begun; 0: none has.</summary>
    public long Missing => _payloadLeft;

    /// <summary>The next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && Problem is null)
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
        if (_line.WrittenCount + part.Length > MaximumLine)
        {
            Problem = $"a line of more than {MaximumLine:N0} bytes";
            return [];
        }

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
            if (!TryLength(line, out var length))
                return;
            _payloadLeft = length + LineEnd;
        }
        else if (line[0] == '-')
        {
            _onError?.Invoke(Encoding.UTF8.GetString(line[Math.Min(4, line.Length)..]).Trim().Trim('\''));
        }
        else if (_onError is not null && !IsWord(line))
        {
            Problem = $"a line that is no NATS: \"{Shown(line)}\"";
            return;
        }

        Begin(line, hasPayload);
    }

    private bool TryLength(ReadOnlySpan<byte> line, out long length)
    {
        var size = line[(line.LastIndexOf((byte)' ') + 1)..];
        if (!Utf8Parser.TryParse(size, out length, out var used) || used != size.Length || length < 0)
            Problem = $"a message without its length: \"{Shown(line)}\"";
        else if (length > MaximumMessage)
            Problem = $"a message of {length:N0} bytes, which is more than any server sends";
        return Problem is null;
    }

    // What a server says beside messages and errors; in any case of letters, as the library reads it.
    private static bool IsWord(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        var verb = end < 0 ? line : line[..end];
        return Ascii.EqualsIgnoreCase(verb, "PING"u8)
            || Ascii.EqualsIgnoreCase(verb, "PONG"u8)
            || Ascii.EqualsIgnoreCase(verb, "+OK"u8)
            || Ascii.EqualsIgnoreCase(verb, "INFO"u8);
    }

    private static string Shown(ReadOnlySpan<byte> line) =>
        string.Concat(
            Encoding
                .Latin1.GetString(line[..Math.Min(MostShown, line.Length)])
                .Select(character => char.IsBetween(character, ' ', '~') ? character : '.')
        );

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
