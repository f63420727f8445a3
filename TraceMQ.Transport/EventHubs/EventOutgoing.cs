using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs;

/// <summary>Makes the AMQP message of an event to send.</summary>
internal static class EventOutgoing
{
    /// <summary>The message, with its partition key among the annotations.</summary>
    public static AmqpMessage ToAmqp(OutgoingMessage outgoing)
    {
        var message = new AmqpMessage { BodySection = new Data { Binary = outgoing.Payload.ToArray() } };
        var options = outgoing.Options;
        if (options.Get(HubSettings.PartitionKey) is { Length: > 0 } key)
        {
            message.MessageAnnotations = new MessageAnnotations();
            message.MessageAnnotations[new Symbol(HubVocabulary.PartitionKey)] = key;
        }

        var properties = new Properties();
        if (options.Get(HubSettings.ContentType) is { Length: > 0 } type)
            properties.ContentType = type;
        if (options.Get(HubSettings.MessageId) is { Length: > 0 } id)
            properties.MessageId = id;
        if (options.Get(HubSettings.CorrelationId) is { Length: > 0 } correlation)
            properties.CorrelationId = correlation;
        if (properties.HasField(0) || properties.HasField(5) || properties.HasField(6))
            message.Properties = properties;
        if (outgoing.Headers.Count > 0)
        {
            message.ApplicationProperties = new ApplicationProperties();
            foreach (var header in outgoing.Headers)
                message.ApplicationProperties[header.Name] = header.Value;
        }

        return message;
    }

    /// <summary>What of a received message can be sent again.</summary>
    public static Settings.SettingValues OptionsOf(TraceMQ.Transport.Message received)
    {
        var options = Settings.SettingValues.Empty;
        foreach (
            var (field, setting) in (ReadOnlySpan<(DetailField, Settings.Setting<string>)>)
                [
                    (EventFields.Key, HubSettings.PartitionKey),
                    (EventFields.ContentType, HubSettings.ContentType),
                    (EventFields.MessageId, HubSettings.MessageId),
                    (EventFields.CorrelationId, HubSettings.CorrelationId),
                ]
        )
        {
            if (received.Details.Find(field.Key)?.Text is { Length: > 0 } value)
                options = options.With(setting, value);
        }

        return options;
    }
}
