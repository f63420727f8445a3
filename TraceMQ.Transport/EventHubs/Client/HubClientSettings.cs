using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What only a client of Event Hubs can be told, by profile and by subscription.</summary>
internal static class HubClientSettings
{
    /// <summary>The value of <see cref="OwnerLevel"/> that asks for none.</summary>
    public const long NoOwnerLevel = -1;

    private const int LongestKey = 128;

    private static readonly StartKind[] s_starts =
    [
        StartKind.Earliest,
        StartKind.Latest,
        StartKind.Last,
        StartKind.Sequence,
        StartKind.Offset,
        StartKind.Ago,
        StartKind.At,
    ];

    public static Setting<string> ConsumerGroup { get; } =
        Setting
            .Text(
                "eventhubs.consumer_group",
                "The consumer group to read in; nothing is committed, so reading leaves no trace in it.",
                HubVocabulary.DefaultConsumerGroup,
                name =>
                    name.Length is 0 or > 256
                    || name.Contains('/', StringComparison.Ordinal)
                    || name.Any(char.IsControl)
                        ? "a consumer group's name has 1 to 256 characters without a slash"
                        : null
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<StartPoint> ProfileStart { get; } =
        Setting
            .Start(
                "eventhubs.start",
                "Where subscriptions begin that do not say it themselves; last:N, sequence:N and offset:N count in each partition.",
                StartPoint.Latest,
                s_starts
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<IReadOnlyList<string>> Partitions { get; } =
        Setting
            .TextList(
                "eventhubs.partitions",
                "The partitions that are read where a subscription names none; empty: all."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<string> ReadKey { get; } =
        Setting
            .Text(
                "eventhubs.partition_key",
                "Reads only the partition that this key maps to, and only its events.",
                check: text => text.Length > LongestKey ? $"a key has at most {LongestKey} characters" : null
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<long> OwnerLevel { get; } =
        Setting
            .Number(
                "eventhubs.owner_level",
                "Reads as the owner of the partitions, which puts out readers with a lower level or none; -1: looks on and disturbs nobody.",
                NoOwnerLevel,
                NoOwnerLevel,
                int.MaxValue
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<bool> WebSocket { get; } =
        Setting
            .Flag(
                "eventhubs.websocket",
                "AMQP over WebSocket, port 443, where eventhubs.connection_string names the host."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<string> Proxy { get; } = ProxySetting.Named("eventhubs.proxy").OnlyFor(ProfileMode.Client);

    public static Setting<StartPoint> Start { get; } =
        Setting.Start(
            StartPoint.StartKey,
            "Where it begins, in each partition; left out: eventhubs.start.",
            StartPoint.Latest,
            s_starts
        );

    public static Setting<StartPoint> Until { get; } =
        Setting.Start(
            StartPoint.UntilKey,
            "Where it ends, in each partition; left out: never. end is what was stored when it began.",
            StartPoint.End,
            StartKind.End,
            StartKind.Sequence,
            StartKind.Offset,
            StartKind.Ago,
            StartKind.At
        );

    /// <summary>The settings of a profile.</summary>
    public static IReadOnlyList<Setting> OfProfile { get; } =
    [ConsumerGroup, ProfileStart, Partitions, ReadKey, OwnerLevel, WebSocket, Proxy];

    /// <summary>The settings of a subscription.</summary>
    public static IReadOnlyList<Setting> OfSubscription { get; } = [Start, Until];

    /// <summary>Where a subscription of this profile begins.</summary>
    public static StartPoint StartOf(Profile profile, Subscription subscription) =>
        subscription.Options.Has(Start) ? subscription.Options.Get(Start) : profile.Values.Get(ProfileStart);

    /// <summary>Where a subscription ends; null: never.</summary>
    public static StartPoint? UntilOf(Subscription subscription) =>
        subscription.Options.Has(Until) ? subscription.Options.Get(Until) : null;
}
