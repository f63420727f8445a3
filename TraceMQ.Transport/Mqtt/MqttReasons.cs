using MQTTnet.Formatter;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What the reason codes of MQTT 5.0 (section 2.4) and the return codes of 3.1 and 3.1.1 say, in words. The only table of them.</summary>
internal static class MqttReasons
{
    /// <summary>The most of a peer's own words that goes into a sentence.</summary>
    private const int MaximumReasonString = 200;

    /// <summary>A code of 128 or more, which means the same in every packet.</summary>
    public static string Failure(int code) => $"{FailureWords(code)} (0x{code:X2})";

    /// <summary>A CONNACK. Brokers that do not know MQTT 5.0 answer in the codes of 3.1.1, so those are understood everywhere.</summary>
    public static string ConnAck(int code) =>
        code switch
        {
            0 => "accepted",
            1 => "unacceptable protocol version (1)",
            2 => "client id rejected (2)",
            3 => "server unavailable (3)",
            4 => "bad user name or password (4)",
            5 => "not authorized (5)",
            _ => Failure(code),
        };

    /// <summary>The return code of 3.1 and 3.1.1 that the library has translated into this code of 5.0.</summary>
    public static int ToVersion3(int code) =>
        code switch
        {
            0x84 => 1,
            0x85 => 2,
            0x88 => 3,
            0x86 => 4,
            0x87 => 5,
            _ => code,
        };

    /// <summary>A SUBACK.</summary>
    public static string SubAck(int code, MqttProtocolVersion version) =>
        code switch
        {
            <= 2 => $"granted QoS {code}",
            0x80 when version != MqttProtocolVersion.V500 =>
                "refused by the broker (0x80); MQTT before 5.0 does not tell why: it may not be allowed for this user",
            _ => Failure(code),
        };

    /// <summary>A PUBACK or PUBREC.</summary>
    public static string PubAck(int code) =>
        code switch
        {
            0 => "accepted by the broker",
            0x10 => "accepted by the broker; nobody subscribes to it",
            _ => Failure(code),
        };

    /// <summary>A DISCONNECT from the broker.</summary>
    public static string Disconnect(int code) =>
        code switch
        {
            0 => "closed by the broker",
            4 => "closed by the broker, with its will (0x04)",
            _ => Failure(code),
        };

    /// <summary>The peer's own words, to be put behind ours; empty where it said nothing.</summary>
    public static string InItsWords(string? reasonString) =>
        string.IsNullOrWhiteSpace(reasonString)
            ? ""
            : $" (it says: {(reasonString.Length > MaximumReasonString ? reasonString[..MaximumReasonString] + "…" : reasonString)})";

    private static string FailureWords(int code) =>
        code switch
        {
            0x80 => "unspecified error",
            0x81 => "malformed packet",
            0x82 => "protocol error",
            0x83 => "implementation specific error",
            0x84 => "unsupported protocol version",
            0x85 => "client id not valid",
            0x86 => "bad user name or password",
            0x87 => "not authorized",
            0x88 => "server unavailable",
            0x89 => "server busy",
            0x8A => "banned",
            0x8B => "server shutting down",
            0x8C => "bad authentication method",
            0x8D => "keep alive timeout",
            0x8E => "session taken over",
            0x8F => "topic filter invalid",
            0x90 => "topic name invalid",
            0x91 => "packet identifier in use",
            0x92 => "packet identifier not found",
            0x93 => "receive maximum exceeded",
            0x94 => "topic alias invalid",
            0x95 => "packet too large",
            0x96 => "message rate too high",
            0x97 => "quota exceeded",
            0x98 => "administrative action",
            0x99 => "payload format invalid",
            0x9A => "retain not supported",
            0x9B => "QoS not supported",
            0x9C => "use another server",
            0x9D => "server moved",
            0x9E => "shared subscriptions not supported",
            0x9F => "connection rate exceeded",
            0xA0 => "maximum connect time",
            0xA1 => "subscription identifiers not supported",
            0xA2 => "wildcard subscriptions not supported",
            _ => "unknown reason",
        };
}
