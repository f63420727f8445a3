using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What MQTT can be told, by profile, by subscription and by message.</summary>
internal static class MqttSettings
{
    private static readonly TimeSpan s_mostSeconds = TimeSpan.FromSeconds(uint.MaxValue - 1);

    public static Setting<string> Version { get; } =
        Setting.Choice("mqtt.version", "The version of the protocol.", "5.0", "3.1", "3.1.1", "5.0");

    public static Setting<string> ClientId { get; } =
        Setting.Text("mqtt.client_id", "The name that the broker knows the connection by; empty: made up.");

    public static Setting<TimeSpan> KeepAlive { get; } =
        Setting.Duration(
            "mqtt.keep_alive",
            "The longest silence before the connection is checked; 0s: never.",
            TimeSpan.FromSeconds(60),
            TimeSpan.Zero,
            TimeSpan.FromSeconds(ushort.MaxValue)
        );

    public static Setting<bool> CleanSession { get; } =
        Setting.Flag(
            "mqtt.clean_session",
            "false: the broker keeps the session, and missed messages come on reconnect.",
            byDefault: true
        );

    public static Setting<TimeSpan> SessionExpiry { get; } =
        Setting.Duration(
            "mqtt.session_expiry",
            "How long the broker keeps the session after the connection ends (5.0).",
            TimeSpan.FromHours(1),
            TimeSpan.Zero,
            s_mostSeconds
        );

    public static Setting<IReadOnlyList<Header>> UserProperties { get; } =
        Setting.Map("mqtt.user_properties", "Names and values that are sent to the broker on connect (5.0).");

    public static Setting<long> ReceiveMaximum { get; } =
        Setting.Number(
            "mqtt.receive_maximum",
            "How many messages of QoS 1 and 2 the broker may send before the first is acknowledged (5.0).",
            100,
            1,
            ushort.MaxValue
        );

    public static Setting<long> MaximumPacketSize { get; } =
        Setting.Size(
            "mqtt.maximum_packet_size",
            "The largest packet that is taken; a 5.0 broker sends no larger one, an older one that does is left.",
            16 << 20,
            256,
            268_435_460
        );

    public static Setting<bool> RequestResponseInformation { get; } =
        Setting.Flag(
            "mqtt.request_response_information",
            "Asks the broker where answers to our requests may be sent (5.0)."
        );

    public static Setting<IReadOnlyList<Header>> WebSocketHeaders { get; } =
        Setting.Map("mqtt.websocket_headers", "Headers of the WebSocket handshake; values may be references.");

    public static Setting<string> Proxy { get; } = ProxySetting.Named("mqtt.proxy");

    public static IReadOnlyList<Setting> OfProfile { get; } =
    [
        AuthSettings.Username,
        AuthSettings.Password,
        .. TlsSettings.All,
        Version,
        ClientId,
        KeepAlive,
        CleanSession,
        SessionExpiry,
        ReceiveMaximum,
        MaximumPacketSize,
        RequestResponseInformation,
        UserProperties,
        WebSocketHeaders,
        Proxy,
        .. MqttWillSettings.All,
    ];

    /// <summary>The settings of a profile that need MQTT 5.0.</summary>
    public static IReadOnlyList<Setting> ProfileNeedsVersion5 { get; } =
    [UserProperties, ReceiveMaximum, RequestResponseInformation];

    public static Setting<long> SubscribeQos { get; } =
        Setting.Number("qos", "The highest quality of service of the messages: 0, 1 or 2.", 0, 0, 2);

    public static Setting<bool> NoLocal { get; } =
        Setting.Flag("no_local", "Leaves out what this connection sends itself (5.0).");

    public static Setting<bool> RetainAsPublished { get; } =
        Setting.Flag("retain_as_published", "Keeps the retain flag of live messages as they were sent (5.0).");

    public static Setting<string> RetainHandling { get; } =
        Setting.Choice(
            "retain_handling",
            "When the retained messages come: always, only for a new subscription, or never (5.0).",
            "always",
            "always",
            "new",
            "never"
        );

    public static IReadOnlyList<Setting> OfSubscription { get; } =
    [SubscribeQos, NoLocal, RetainAsPublished, RetainHandling];

    public static Setting<long> PublishQos { get; } =
        Setting.Number("qos", "The quality of service: 0, 1 or 2.", 0, 0, 2);

    public static Setting<bool> Retain { get; } =
        Setting.Flag("retain", "The broker keeps it as the topic's last message.");

    public static Setting<string> ContentType { get; } =
        Setting.Text("content_type", "What the payload is, such as application/json (5.0).");

    public static Setting<string> ResponseTopic { get; } =
        Setting.Text(
            "response_topic",
            "Where an answer is expected (5.0).",
            check: text => text.Length == 0 ? null : new MqttTopics().Validate(text)
        );

    public static Setting<string> CorrelationData { get; } =
        Setting.Text(
            "correlation_data",
            "What an answer repeats to be recognised; text, or hex:0011… (5.0).",
            check: text => BytesText.Parse(text) is null ? "write hex: with pairs of hexadecimal digits" : null
        );

    public static Setting<TimeSpan> MessageExpiry { get; } =
        Setting.Duration(
            "message_expiry",
            "How long the broker keeps it for those who are away; 0s: without end (5.0).",
            TimeSpan.Zero,
            TimeSpan.Zero,
            s_mostSeconds
        );

    public static Setting<string> PayloadFormat { get; } =
        Setting.Choice(
            "payload_format",
            "Tells the receivers that the payload is UTF-8 text (5.0).",
            "unspecified",
            "unspecified",
            "utf-8"
        );

    public static Setting<bool> TopicAlias { get; } =
        Setting.Flag(
            "topic_alias",
            "Sends a number in the topic's place from its second message on, as far as the broker takes numbers (5.0)."
        );

    public static IReadOnlyList<Setting> OfMessage { get; } =
    [PublishQos, Retain, ContentType, ResponseTopic, CorrelationData, MessageExpiry, PayloadFormat, TopicAlias];

    /// <summary>The settings of a subscription that need MQTT 5.0.</summary>
    public static IReadOnlyList<Setting> SubscriptionNeedsVersion5 { get; } =
    [NoLocal, RetainAsPublished, RetainHandling];

    /// <summary>The settings of a message that need MQTT 5.0.</summary>
    public static IReadOnlyList<Setting> MessageNeedsVersion5 { get; } =
    [ContentType, ResponseTopic, CorrelationData, MessageExpiry, PayloadFormat, TopicAlias];
}
