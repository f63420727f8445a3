using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>The last will: what the broker publishes for us where the connection ends without a goodbye (MQTT 5.0, 3.1.2.5).</summary>
internal static class MqttWillSettings
{
    private static readonly TimeSpan s_mostSeconds = TimeSpan.FromSeconds(uint.MaxValue - 1);

    public static Setting<string> Topic { get; } =
        Setting.Text(
            "mqtt.will.topic",
            "The topic of the last will, which the broker publishes where the connection is lost; empty: no will.",
            check: text => text.Length == 0 ? null : new MqttTopics().Validate(text)
        );

    public static Setting<string> Payload { get; } = Setting.LongText("mqtt.will.payload", "The payload of the will.");

    public static Setting<long> Qos { get; } =
        Setting.Number("mqtt.will.qos", "The quality of service of the will: 0, 1 or 2.", 0, 0, 2);

    public static Setting<bool> Retain { get; } =
        Setting.Flag("mqtt.will.retain", "The broker keeps the will as the topic's last message.");

    public static Setting<TimeSpan> Delay { get; } =
        Setting.Duration(
            "mqtt.will.delay",
            "How long the broker waits with the will for us to come back (5.0).",
            TimeSpan.Zero,
            TimeSpan.Zero,
            s_mostSeconds
        );

    public static Setting<TimeSpan> MessageExpiry { get; } =
        Setting.Duration(
            "mqtt.will.message_expiry",
            "How long the broker keeps the will for those who are away; 0s: without end (5.0).",
            TimeSpan.Zero,
            TimeSpan.Zero,
            s_mostSeconds
        );

    public static Setting<string> ContentType { get; } =
        Setting.Text("mqtt.will.content_type", "What the payload of the will is (5.0).");

    public static Setting<string> ResponseTopic { get; } =
        Setting.Text(
            "mqtt.will.response_topic",
            "Where an answer to the will is expected (5.0).",
            check: text => text.Length == 0 ? null : new MqttTopics().Validate(text)
        );

    public static Setting<string> CorrelationData { get; } =
        Setting.Text(
            "mqtt.will.correlation_data",
            "What an answer to the will repeats; text, or hex:0011… (5.0).",
            check: text => BytesText.Parse(text) is null ? "write hex: with pairs of hexadecimal digits" : null
        );

    public static Setting<string> PayloadFormat { get; } =
        Setting.Choice(
            "mqtt.will.payload_format",
            "Tells the receivers that the payload of the will is UTF-8 text (5.0).",
            "unspecified",
            "unspecified",
            "utf-8"
        );

    public static Setting<IReadOnlyList<Header>> UserProperties { get; } =
        Setting.Map("mqtt.will.user_properties", "Names and values that travel with the will (5.0).");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Topic,
        Payload,
        Qos,
        Retain,
        Delay,
        MessageExpiry,
        ContentType,
        ResponseTopic,
        CorrelationData,
        PayloadFormat,
        UserProperties,
    ];

    /// <summary>Those that need MQTT 5.0.</summary>
    public static IReadOnlyList<Setting> NeedVersion5 { get; } =
    [Delay, MessageExpiry, ContentType, ResponseTopic, CorrelationData, PayloadFormat, UserProperties];
}
