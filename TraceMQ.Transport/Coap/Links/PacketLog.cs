using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>Tells the packets of a link to the wire log.</summary>
internal sealed class PacketLog
{
    private const int MaximumBytes = 4096;

    private readonly WireLog _wire;
    private readonly TimeProvider _time;
    private readonly string? _peer;

    /// <param name="context">Has the log.</param>
    /// <param name="peer">The client of a server; null where there is one peer only.</param>
    public PacketLog(SessionContext context, string? peer = null)
        : this(context.Wire, context.Time, peer) { }

    private PacketLog(WireLog wire, TimeProvider time, string? peer)
    {
        _wire = wire;
        _time = time;
        _peer = peer;
    }

    /// <summary>The same log for another peer.</summary>
    public PacketLog For(string peer) => new(_wire, _time, peer);

    /// <summary>A message went out or came in.</summary>
    /// <param name="direction">Which way.</param>
    /// <param name="bytes">All of it; nobody changes it any more.</param>
    /// <param name="message">What it says.</param>
    /// <param name="isStream">True where type and id do not count.</param>
    /// <param name="exchange">What it belongs to.</param>
    /// <param name="note">What else there is to say: a repetition, a round trip.</param>
    public void Record(
        Direction direction,
        ReadOnlyMemory<byte> bytes,
        CoapMessage message,
        bool isStream,
        ExchangeId? exchange,
        string note = ""
    )
    {
        var time = _time.GetUtcNow();
        _wire.Remember(() =>
            Decoded(
                time,
                direction,
                KindOf(message, isStream),
                PacketText.Summary(message, isStream, note, _peer),
                Fields(message, isStream, note),
                bytes,
                exchange
            )
        );
    }

    /// <summary>Something came that is no message, or was thrown away.</summary>
    public void RecordBad(Direction direction, ReadOnlyMemory<byte> bytes, string kind, string problem)
    {
        if (!_wire.IsWatched)
            return;
        var summary = _peer is null ? problem : $"{_peer} {problem}";
        var time = _time.GetUtcNow();
        _wire.Record(() => Decoded(time, direction, kind, summary, [new Fact("problem", problem)], bytes, null));
    }

    private static WireRecord Decoded(
        DateTimeOffset time,
        Direction direction,
        string kind,
        string summary,
        IReadOnlyList<Fact> fields,
        ReadOnlyMemory<byte> bytes,
        ExchangeId? exchange
    ) =>
        new(
            time,
            direction,
            kind,
            summary,
            fields,
            bytes[..Math.Min(bytes.Length, MaximumBytes)],
            bytes.Length,
            exchange
        );

    private static string KindOf(CoapMessage message, bool isStream)
    {
        var code =
            message.Code.IsRequest || message.Code.IsSignal || message.Code == CoapCode.Empty
                ? message.Code.Name
                : message.Code.Dotted;
        return isStream ? code : $"{message.Type.Short} {code}";
    }

    private List<Fact> Fields(CoapMessage message, bool isStream, string note)
    {
        var fields = new List<Fact>();
        if (_peer is not null)
            fields.Add(new Fact("peer", _peer));
        if (!isStream)
        {
            fields.Add(new Fact("type", message.Type.Short));
            fields.Add(new Fact("message id", message.MessageId.ToString()));
        }

        fields.Add(new Fact("code", $"{message.Code.Dotted} {message.Code.Name}".TrimEnd()));
        if (message.Token.Length > 0)
            fields.Add(new Fact("token", message.Token.ToString()));
        fields.AddRange(
            message.Options.Select(option => new Fact(
                message.Code.IsSignal ? $"option {option.Number}" : OptionTable.NameOf(option.Number),
                message.Code.IsSignal ? PacketText.SignalOption(option) : option.ValueText
            ))
        );
        if (!message.Payload.IsEmpty)
            fields.Add(new Fact("payload", $"{message.Payload.Length:N0} B"));
        if (note.Length > 0)
            fields.Add(new Fact("note", note));
        return fields;
    }
}
