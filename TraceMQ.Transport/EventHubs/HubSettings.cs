using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs;

/// <summary>What Event Hubs can be told, by profile and by message.</summary>
internal static class HubSettings
{
    public static Setting<Secret> ConnectionString { get; } =
        Setting.Hidden(
            "eventhubs.connection_string",
            "The connection string: Endpoint=sb://HOST/;SharedAccessKeyName=NAME;SharedAccessKey=KEY;EntityPath=HUB; listening: with the key that clients sign with, left out or without a key: anyone may connect."
        );

    public static Setting<string> EntityPath { get; } =
        Setting.Text(
            "eventhubs.entity_path",
            "The event hub; empty: the EntityPath of the connection string.",
            check: text => text.Any(char.IsControl) ? "it holds a control character" : null
        );

    public static Setting<long> PartitionCount { get; } =
        Setting
            .Number("eventhubs.partition_count", "How many partitions the local hub has.", 4, 1, 100)
            .OnlyFor(ProfileMode.Server);

    public static Setting<TimeSpan> RetentionAge { get; } =
        Setting
            .Duration(
                "eventhubs.retention",
                "How long the local hub keeps an event.",
                TimeSpan.FromHours(1),
                TimeSpan.FromSeconds(1),
                TimeSpan.FromDays(90)
            )
            .OnlyFor(ProfileMode.Server);

    public static Setting<long> RetentionCount { get; } =
        Setting
            .Number(
                "eventhubs.retention_count",
                "How many events a partition of the local hub keeps.",
                1_000_000,
                1,
                100_000_000
            )
            .OnlyFor(ProfileMode.Server);

    public static Setting<long> RetentionBytes { get; } =
        Setting
            .Size(
                "eventhubs.retention_bytes",
                "How many bytes a partition of the local hub keeps, with 128 for each event beyond its own.",
                64 << 20,
                4 << 10,
                16L << 30
            )
            .OnlyFor(ProfileMode.Server);

    public static Setting<long> MaximumMessage { get; } =
        Setting
            .Size(
                "eventhubs.max_message",
                "The largest message, a batch included, that the local hub takes.",
                HubVocabulary.MaximumMessage,
                1 << 10,
                64 << 20
            )
            .OnlyFor(ProfileMode.Server);

    public static Setting<IReadOnlyList<string>> ConsumerGroups { get; } =
        Setting
            .TextList(
                "eventhubs.consumer_groups",
                "The consumer groups of the local hub beyond $Default; others are refused."
            )
            .OnlyFor(ProfileMode.Server);

    /// <summary>The settings that a client and a local hub share.</summary>
    public static IReadOnlyList<Setting> OfConnection { get; } = [ConnectionString, EntityPath];

    /// <summary>The settings that only a local hub has.</summary>
    public static IReadOnlyList<Setting> OfServer { get; } =
    [PartitionCount, RetentionAge, RetentionCount, RetentionBytes, MaximumMessage, ConsumerGroups];

    public static Setting<string> PartitionKey { get; } =
        Setting.Text(
            "partition_key",
            "Events with the same key go to the same partition; empty: none.",
            check: text => text.Length > 128 ? "a key has at most 128 characters" : null
        );

    public static Setting<string> ContentType { get; } =
        Setting.Text("content_type", "What the body is, such as application/json.");

    public static Setting<string> MessageId { get; } = Setting.Text("message_id", "The message's own id.");

    public static Setting<string> CorrelationId { get; } =
        Setting.Text("correlation_id", "The id of what the message belongs to.");

    /// <summary>The settings of an event to send.</summary>
    public static IReadOnlyList<Setting> OfMessage { get; } = [PartitionKey, ContentType, MessageId, CorrelationId];
}
