using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Tells the frames of a connection to its <see cref="WireLog"/>: those of the handshake always, the others while somebody looks. What holds a key or a token is starred out.</summary>
internal sealed class HubWireLog
{
    private const int MostBytes = 4 * 1024;
    private const int LongestSummary = 400;

    private readonly SessionContext _context;
    private volatile bool _isSettled;

    public HubWireLog(SessionContext context) => _context = context;

    /// <summary>A frame, or a protocol header, of the peer.</summary>
    public void In(ReadOnlyMemory<byte> unit) => Tell(Direction.In, unit);

    /// <summary>One of ours.</summary>
    public void Out(ReadOnlyMemory<byte> unit) => Tell(Direction.Out, unit);

    /// <summary>The handshake is over: from now on only who looks is told.</summary>
    public void Settle() => _isSettled = true;

    private void Tell(Direction direction, ReadOnlyMemory<byte> unit)
    {
        if (_isSettled && !_context.Wire.IsWatched)
            return;
        var time = _context.Time.GetUtcNow();
        // The bytes are valid only now, and the library may be waiting.
        var captured = unit[..Math.Min(unit.Length, FrameInput.MaximumFrame)].ToArray();
        if (_isSettled)
            _context.Wire.Record(() => Decode(time, direction, captured, unit.Length));
        else
            _context.Wire.Keep(Decode(time, direction, captured, unit.Length));
    }

    private static WireRecord Decode(DateTimeOffset time, Direction direction, byte[] unit, int length)
    {
        if (FrameInput.IsHeader(unit))
        {
            var name = unit[4] switch
            {
                0 => "AMQP",
                2 => "TLS",
                3 => "SASL",
                _ => unit[4].ToString(CultureInfo.InvariantCulture),
            };
            return new WireRecord(
                time,
                direction,
                "protocol header",
                $"{name} {unit[5]}.{unit[6]}.{unit[7]}",
                [new Fact("protocol", name)],
                unit,
                length
            );
        }

        var head = unit[4] * 4;
        return unit.Length == head
            ? new WireRecord(time, direction, "empty", "a sign of life", [], unit, length)
            : Decode(time, direction, unit, head, length);
    }

    private static WireRecord Decode(DateTimeOffset time, Direction direction, byte[] unit, int head, int length)
    {
        var (performative, size) = Read(unit.AsMemory(head));
        var payload = unit.Length - head - size;
        var isSecret = Redact(performative, unit.AsSpan(head + size));
        var text = performative is SaslInit init ? $"sasl-init(mechanism:{init.Mechanism},***)" : TextOf(performative);
        if (performative is SaslInit)
            unit.AsSpan(head).Fill((byte)'*');
        var mark = text.IndexOf('(', StringComparison.Ordinal);
        var kind = mark < 0 ? text : text[..mark];
        var rest = mark < 0 ? "" : text[(mark + 1)..].TrimEnd(')');
        if (rest.Length > LongestSummary)
            rest = rest[..LongestSummary] + "…";
        var facts = new List<Fact>();
        if (unit[5] == 0)
            facts.Add(
                new Fact(
                    "channel",
                    BinaryPrimitives.ReadUInt16BigEndian(unit.AsSpan(6)).ToString(CultureInfo.InvariantCulture)
                )
            );
        facts.AddRange(FieldsOf(mark < 0 ? "" : text[(mark + 1)..^1]));
        if (payload > 0)
            facts.Add(new Fact("payload", isSecret ? $"{payload} bytes, not shown: a token" : $"{payload} bytes"));
        return new WireRecord(
            time,
            direction,
            kind,
            payload > 0 ? $"{rest} {payload.ToString("N0", CultureInfo.InvariantCulture)} bytes" : rest,
            facts,
            unit.AsMemory(0, Math.Min(unit.Length, MostBytes)),
            length
        );
    }

    /// <summary>The fields of a performative as the library writes them: <c>name:value</c> with commas between, which lists and maps have inside too.</summary>
    private static IEnumerable<Fact> FieldsOf(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length)
            {
                depth +=
                    text[i] is '(' or '[' or '{' ? 1
                    : text[i] is ')' or ']' or '}' ? -1
                    : 0;
                if (text[i] != ',' || depth > 0)
                    continue;
            }

            var field = text[start..i];
            start = i + 1;
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (field.Length > 0)
                yield return colon > 0 ? new Fact(field[..colon], field[(colon + 1)..]) : new Fact("", field);
        }
    }

    private static (object? Performative, int Length) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            var performative = AmqpCodec.Read(body, out var length);
            return (performative, length);
        }
        catch (AmqpViolationException)
        {
            return (null, body.Length);
        }
    }

    /// <summary>Overwrites the payload of a message that holds a token.</summary>
    private static bool Redact(object? performative, Span<byte> payload)
    {
        if (performative is not Transfer || !IsToken(payload))
            return false;
        payload.Fill((byte)'*');
        return true;
    }

    private static bool IsToken(ReadOnlySpan<byte> payload) =>
        payload.IndexOf(Encoding.UTF8.GetBytes(HubVocabulary.PutToken)) >= 0
        || payload.IndexOf(Encoding.UTF8.GetBytes(SasToken.Prefix)) >= 0;

    private static string TextOf(object? performative)
    {
        try
        {
            return performative is Described described ? described.ToString() ?? "" : "undecodable";
        }
        catch (Exception exception)
            when (exception
                    is InvalidCastException
                        or InvalidOperationException
                        or ArgumentException
                        or FormatException
                        or NullReferenceException
            )
        {
            // What the peer sent has other types than it says; the library finds out when it is asked.
            return performative!.GetType().Name.ToLowerInvariant();
        }
    }
}
