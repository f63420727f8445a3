using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Reads captured packets for a person: their type, their fields, and bytes without secrets. Not thread-safe.</summary>
internal sealed class MqttPacketDecoder
{
    private static readonly string[] s_types =
    [
        "reserved",
        "CONNECT",
        "CONNACK",
        "PUBLISH",
        "PUBACK",
        "PUBREC",
        "PUBREL",
        "PUBCOMP",
        "SUBSCRIBE",
        "SUBACK",
        "UNSUBSCRIBE",
        "UNSUBACK",
        "PINGREQ",
        "PINGRESP",
        "DISCONNECT",
        "AUTH",
    ];

    private readonly MqttProtocolVersion _version;
    private readonly MqttPacketFormatterAdapter _formatter;

    public MqttPacketDecoder(MqttProtocolVersion version)
    {
        _version = version;
        _formatter = new MqttPacketFormatterAdapter(version, new MqttBufferWriter(64, 1024));
    }

    /// <summary>What a refusing PUBREC of MQTT 5.0 says in words; null where it says nothing.</summary>
    public static string? ReasonStringOf(byte[] pubRec)
    {
        var captured = CapturedPacket.Of(default, Direction.In, pubRec);
        return HeaderLength(pubRec, pubRec.Length) is { } header
            ? (
                new MqttPacketDecoder(MqttProtocolVersion.V500).TryDecode(captured, header) as MqttPubRecPacket
            )?.ReasonString
            : null;
    }

    /// <summary>The record; null for a packet that was caught in the middle.</summary>
    public WireRecord? Decode(CapturedPacket captured)
    {
        if (HeaderLength(captured.Bytes, captured.Length) is not { } header)
            return null;
        var kind = s_types[captured.Bytes[0] >> 4];
        var packet = TryDecode(captured, header);
        var fields = packet is null
            ?
            [
                new Fact(
                    "decoded",
                    captured.Length > captured.Bytes.Length ? "no: longer than what is kept" : "no: malformed"
                ),
            ]
            : MqttPacketFacts.Of(packet, captured.Length - captured.Bytes.Length, _version);
        var summary = string.Join(' ', fields.Take(4).Select(field => $"{field.Label}={field.Value}"));
        var bytes = kind == "CONNECT" ? WithoutPassword(captured, header, packet as MqttConnectPacket) : captured.Bytes;
        return new WireRecord(captured.Time, captured.Direction, kind, summary, fields, bytes, captured.Length);
    }

    private MqttPacket? TryDecode(CapturedPacket captured, int header)
    {
        var body = new ArraySegment<byte>(captured.Bytes, header, captured.Bytes.Length - header);
        try
        {
            return _formatter.Decode(new ReceivedMqttPacket(captured.Bytes[0], body, captured.Length));
        }
        catch (Exception exception) when (MqttFailures.IsExpected(exception))
        {
            return null;
        }
    }

    /// <summary>The password is the last field of a CONNECT (MQTT 5.0, 3.1.3.6). One that cannot be found hides all.</summary>
    private static byte[] WithoutPassword(CapturedPacket captured, int header, MqttConnectPacket? packet)
    {
        var bytes = captured.Bytes.ToArray();
        var isWhole = captured.Length == bytes.Length;
        var secret = packet is not null && isWhole ? packet.Password?.Length ?? 0 : bytes.Length - header;
        bytes.AsSpan(bytes.Length - secret).Fill((byte)'*');
        return bytes;
    }

    private static int? HeaderLength(ReadOnlySpan<byte> bytes, int length)
    {
        var remaining = 0;
        for (var i = 1; i < bytes.Length && i <= 4; i++)
        {
            remaining |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if ((bytes[i] & 0x80) == 0)
                return i + 1 + remaining == length ? i + 1 : null;
        }

        return null;
    }
}
