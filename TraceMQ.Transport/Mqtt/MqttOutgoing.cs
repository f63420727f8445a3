using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>A message to send in the library's form, and the way back from a received one.</summary>
internal static class MqttOutgoing
{
    private const int MaximumPacket = 268_435_455;
    private static readonly MqttTopics s_topics = new();

    /// <summary>The library's form.</summary>
    /// <exception cref="TransportException">It cannot be sent as it is.</exception>
    public static MqttApplicationMessage ToLibrary(OutgoingMessage message, bool isVersion5, string versionText)
    {
        if (s_topics.Validate(message.Topic) is { } problem)
            throw Cannot($"{problem}");
        if (message.Payload.Length > MaximumPacket - 2 - Encoding.UTF8.GetByteCount(message.Topic))
            throw Cannot("it is larger than MQTT allows, which is 256 MB");
        if (!isVersion5)
            ThrowIfVersion5IsNeeded(message, versionText);
        // The library would cut the length that it writes, and the broker would end the connection.
        if (message.Headers.Any(header => IsTooLong(header.Name) || IsTooLong(header.Value)))
            throw Cannot("a header is longer than 65,535 bytes");
        if (
            MqttSettings.MessageNeedsVersion5.FirstOrDefault(setting =>
                setting != MqttSettings.CorrelationData
                && message.Options.Find(setting) is string text
                && IsTooLong(text)
            ) is
            { } tooLong
        )
            throw Cannot($"{tooLong.Key} is longer than 65,535 bytes");
        var options = message.Options;
        var library = new MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = new System.Buffers.ReadOnlySequence<byte>(message.Payload),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)options.Get(MqttSettings.PublishQos),
            Retain = options.Get(MqttSettings.Retain),
        };
        if (!isVersion5)
            return library;
        library.ContentType = NullIfEmpty(options.Get(MqttSettings.ContentType));
        library.ResponseTopic = NullIfEmpty(options.Get(MqttSettings.ResponseTopic));
        var correlation = BytesText.Parse(options.Get(MqttSettings.CorrelationData));
        if (correlation is { Length: > ushort.MaxValue })
            throw Cannot("correlation_data is longer than 65,535 bytes");
        library.CorrelationData = correlation is { Length: > 0 } ? correlation : null;
        library.MessageExpiryInterval = (uint)Math.Ceiling(options.Get(MqttSettings.MessageExpiry).TotalSeconds);
        if (options.Get(MqttSettings.PayloadFormat) == "utf-8")
            library.PayloadFormatIndicator = MqttPayloadFormatIndicator.CharacterData;
        if (message.Headers.Count > 0)
            library.UserProperties = [.. message.Headers.Select(MqttIdentity.ToProperty)];
        return library;
    }

    /// <summary>The options that send a received message again.</summary>
    public static SettingValues OptionsOf(Message message)
    {
        var details = message.Details;
        var options = SettingValues.Empty;
        if (details.Find("qos") is { Number: > 0 } qos)
            options = options.With(MqttSettings.PublishQos, qos.Number);
        if (details.Find("retain") is { Flag: true })
            options = options.With(MqttSettings.Retain, value: true);
        if (details.Find("content_type") is { } contentType)
            options = options.With(MqttSettings.ContentType, contentType.Text);
        if (details.Find("response_topic") is { } responseTopic)
            options = options.With(MqttSettings.ResponseTopic, responseTopic.Text);
        if (details.Find("correlation_data") is { } correlation)
            options = options.With(MqttSettings.CorrelationData, BytesText.Format(correlation.Bytes.Span));
        if (details.Find("message_expiry") is { Number: > 0 } expiry)
            options = options.With(MqttSettings.MessageExpiry, TimeSpan.FromSeconds(expiry.Number));
        if (details.Find("payload_format") is { Text: "utf-8" })
            options = options.With(MqttSettings.PayloadFormat, "utf-8");
        return options;
    }

    private static void ThrowIfVersion5IsNeeded(OutgoingMessage message, string versionText)
    {
        if (MqttSettings.MessageNeedsVersion5.FirstOrDefault(message.Options.Has) is { } setting)
            throw Cannot(
                $"{setting.Key} needs MQTT 5.0, and this connection speaks {versionText}: leave it out, or set mqtt.version"
            );
        if (message.Headers.Count > 0)
            throw Cannot(
                $"headers (user properties) need MQTT 5.0, and this connection speaks {versionText}: leave them out, or set mqtt.version"
            );
    }

    private static bool IsTooLong(string text) => Encoding.UTF8.GetByteCount(text) > ushort.MaxValue;

    private static TransportException Cannot(string why) =>
        new(FailureKind.Configuration, $"The message cannot be sent: {why}.");

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
