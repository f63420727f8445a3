using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>What Kafka can be told, by profile, by subscription and by message.</summary>
internal static class KafkaSettings
{
    private static readonly StartKind[] s_starts =
    [
        StartKind.Earliest,
        StartKind.Latest,
        StartKind.Last,
        StartKind.Offset,
        StartKind.Ago,
        StartKind.At,
    ];

    public static Setting<string> SaslMechanism { get; } =
        Setting
            .Choice(
                "kafka.sasl_mechanism",
                "How auth.username and auth.password are proven; used where they are given.",
                "PLAIN",
                "PLAIN",
                "SCRAM-SHA-256",
                "SCRAM-SHA-512"
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<Secret> ConnectionString { get; } =
        Setting
            .Hidden(
                "kafka.connection_string",
                "The connection string of an Event Hubs namespace, whose Kafka endpoint is used: it stands for url and auth."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<StartPoint> ProfileStart { get; } =
        Setting
            .Start(
                "kafka.start",
                "Where subscriptions begin that do not say it themselves; last:N and offset:N count in each partition.",
                StartPoint.Latest,
                s_starts
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<IReadOnlyList<string>> Partitions { get; } =
        Setting
            .TextList("kafka.partitions", "The partitions to read of topics that are subscribed whole; empty: all.")
            .OnlyFor(ProfileMode.Client);

    public static Setting<string> ConsumerGroup { get; } =
        Setting
            .Text(
                "kafka.consumer_group",
                "Reads as a member of this group and commits offsets; empty: reads all and leaves no trace."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<IReadOnlyList<string>> LagOf { get; } =
        Setting
            .TextList(
                "kafka.lag_of",
                "Consumer groups whose committed offsets and lag can be browsed; they are not joined."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<bool> CreateTopics { get; } =
        Setting
            .Flag(
                "kafka.create_topics",
                "Publishing to a topic that does not exist makes it, where the cluster allows that."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<StartPoint> Start { get; } =
        Setting.Start(
            StartPoint.StartKey,
            "Where it begins, in each partition; left out: kafka.start.",
            StartPoint.Latest,
            s_starts
        );

    public static Setting<StartPoint> Until { get; } =
        Setting.Start(
            StartPoint.UntilKey,
            "Where it ends, in each partition; left out: never. end is what was stored when it began.",
            StartPoint.End,
            StartKind.End,
            StartKind.Offset,
            StartKind.Ago,
            StartKind.At
        );

    public static Setting<string> Key { get; } =
        Setting.Text(
            "key",
            "The record's key, which chooses the partition as Java's clients do; text, or hex:0011…; empty: none.",
            check: text => BytesText.Parse(text) is null ? "write hex: with pairs of hexadecimal digits" : null
        );

    public static Setting<string> Partition { get; } =
        Setting.Text(
            "partition",
            "The partition to write to; empty: the key's, or any.",
            check: text =>
                text.Length == 0 || KafkaTopic.TryParsePartition(text, out _) ? null : "write the number of a partition"
        );

    public static Setting<bool> Tombstone { get; } =
        Setting.Flag(
            "tombstone",
            "Sends no value at all instead of an empty one: in a compacted topic it deletes the key."
        );

    public static IReadOnlyList<Setting> OfProfile { get; } =
    [
        AuthSettings.Username,
        AuthSettings.Password,
        TlsSettings.CaFile,
        TlsSettings.CertificateFile,
        TlsSettings.PrivateKeyFile,
        TlsSettings.PrivateKeyPassword,
        TlsSettings.InsecureSkipVerify,
        SaslMechanism,
        ConnectionString,
        ProfileStart,
        Partitions,
        ConsumerGroup,
        LagOf,
        CreateTopics,
    ];

    public static IReadOnlyList<Setting> OfSubscription { get; } = [Start, Until];

    public static IReadOnlyList<Setting> OfMessage { get; } = [Key, Partition, Tombstone];

    /// <summary>Where a subscription of this profile begins.</summary>
    public static StartPoint StartOf(Profile profile, Subscription subscription) =>
        subscription.Options.Has(Start) ? subscription.Options.Get(Start) : profile.Values.Get(ProfileStart);

    /// <summary>Where a subscription ends; null: never.</summary>
    public static StartPoint? UntilOf(Subscription subscription) =>
        subscription.Options.Has(Until) ? subscription.Options.Get(Until) : null;
}
