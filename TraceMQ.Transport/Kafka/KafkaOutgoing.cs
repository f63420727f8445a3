using System.Globalization;
using Confluent.Kafka;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>How a message to send becomes a record of the library, and back.</summary>
internal static class KafkaOutgoing
{
    // A key of no bytes, which is another thing than no key.
    private const string EmptyKey = "hex:";

    /// <summary>The record, and where it goes.</summary>
    /// <exception cref="TransportException">It cannot be sent as it is.</exception>
    public static (TopicPartition Target, Message<byte[]?, byte[]?> Record) ToRecord(OutgoingMessage message)
    {
        if (new KafkaTopics().Validate(message.Topic) is { } problem)
            throw Cannot(problem);
        var topic = KafkaTopic.Parse(message.Topic);
        var partition = topic.Partition;
        if (message.Options.Get(KafkaSettings.Partition) is { Length: > 0 } text)
        {
            if (!KafkaTopic.TryParsePartition(text, out var named) || (partition is not null && partition != named))
                throw Cannot($"its topic names another partition than partition = {text}: leave one of them out");
            partition = named;
        }

        if (message.Options.Get(KafkaSettings.Tombstone) && !message.Payload.IsEmpty)
            throw Cannot("a tombstone has no value: leave the payload empty, or tombstone out");
        var record = new Message<byte[]?, byte[]?>
        {
            Key = message.Options.Get(KafkaSettings.Key) is { Length: > 0 } key ? BytesOf(key, "its key") : null,
            Value = message.Options.Get(KafkaSettings.Tombstone) ? null : message.Payload.ToArray(),
        };
        foreach (var header in message.Headers)
        {
            if (header.Name.Length == 0)
                throw Cannot("a header has no name");
            record.Headers ??= [];
            record.Headers.Add(header.Name, BytesOf(header.Value, $"the header {header.Name}"));
        }

        return (new TopicPartition(topic.Name, partition ?? Partition.Any), record);
    }

    /// <summary>The options that send a received message again.</summary>
    public static SettingValues OptionsOf(Message message)
    {
        var options = SettingValues.Empty;
        if (message.Details.Find("key") is { } key)
            options = options.With(KafkaSettings.Key, key.Bytes.IsEmpty ? EmptyKey : BytesText.Format(key.Bytes.Span));
        // A key finds its partition again; without one the same partition is what is meant.
        else if (message.Details.Find("partition") is { } partition)
            options = options.With(KafkaSettings.Partition, partition.Number.ToString(CultureInfo.InvariantCulture));
        if (message.Details.Find("tombstone") is { Flag: true })
            options = options.With(KafkaSettings.Tombstone, value: true);
        return options;
    }

    private static byte[] BytesOf(string text, string what) =>
        BytesText.Parse(text)
        ?? throw Cannot($"{what} begins with hex: and goes on with no pairs of hexadecimal digits");

    private static TransportException Cannot(string why) =>
        new(FailureKind.Configuration, $"The message cannot be sent: {why}.");
}
