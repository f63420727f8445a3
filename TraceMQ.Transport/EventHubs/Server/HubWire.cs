using System.Globalization;
using Amqp.Framing;
using Amqp.Sasl;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Tells the frames of a client to the connection's <see cref="WireLog"/>; what holds a key or a token is never told.</summary>
internal sealed class HubWire
{
    private const int MostBytes = 4 * 1024;
    private const int HeaderLength = 8;

    private readonly SessionContext _context;
    private readonly string _client;

    /// <param name="context">With the log.</param>
    /// <param name="client">The client's address.</param>
    public HubWire(SessionContext context, string client)
    {
        _context = context;
        _client = client;
    }

    /// <summary>True while somebody looks.</summary>
    public bool IsWatched => _context.Wire.IsWatched;

    /// <summary>How a client showed who it is; what it showed is left out.</summary>
    public void Authenticated(SaslInit init, bool isIn) =>
        _context.Wire.Keep(
            Of(
                Direction.In,
                "sasl-init",
                $"{_client} sasl-init(mechanism:{init.Mechanism}) {(isIn ? "accepted" : "refused")}",
                [],
                default,
                0
            )
        );

    /// <summary>A frame of the client's.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="performative">What it says.</param>
    /// <param name="length">How much of its body the performative is.</param>
    /// <param name="isSecret">True where the rest must not be seen.</param>
    public void In(Frame frame, object? performative, int length, bool isSecret)
    {
        var bytes = frame.Body.Span[..Math.Min(MostBytes, frame.Body.Length)].ToArray();
        if (isSecret && length < bytes.Length)
            bytes.AsSpan(length).Fill((byte)'*');
        Tell(Direction.In, frame.Channel, performative, bytes, frame.Body.Length, frame.Body.Length - length);
    }

    /// <summary>A frame of ours.</summary>
    public void Out(ReadOnlyMemory<byte> frame)
    {
        var body = frame[HeaderLength..];
        var length = 0;
        var performative = body.IsEmpty ? null : AmqpCodec.Read(body, out length);
        if (!IsWatched && performative is not Open)
            return;
        var bytes = body[..Math.Min(MostBytes, body.Length)].ToArray();
        var channel = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(frame.Span[6..]);
        Tell(Direction.Out, channel, performative, bytes, body.Length, body.Length - length);
    }

    private void Tell(Direction direction, ushort channel, object? performative, byte[] bytes, int length, int payload)
    {
        var text = performative is Amqp.Types.Described described ? AmqpCodec.TextOf(described) : "empty";
        var end = text.IndexOf('(', StringComparison.Ordinal);
        var kind = end < 0 ? text : text[..end];
        var record = Of(
            direction,
            kind,
            payload > 0
                ? $"{_client} {text} {payload.ToString("N0", CultureInfo.InvariantCulture)} bytes"
                : $"{_client} {text}",
            [
                new Fact("client", _client),
                new Fact("channel", channel.ToString(CultureInfo.InvariantCulture)),
                new Fact(kind, end < 0 ? "" : text[(end + 1)..].TrimEnd(')')),
            ],
            bytes,
            length
        );
        if (performative is Open)
            _context.Wire.Keep(record);
        else
            _context.Wire.Record(record);
    }

    private WireRecord Of(
        Direction direction,
        string kind,
        string summary,
        IReadOnlyList<Fact> fields,
        ReadOnlyMemory<byte> bytes,
        int length
    ) => new(_context.Time.GetUtcNow(), direction, kind, summary, fields, bytes, length);
}
