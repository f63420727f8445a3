using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What NATS can be told.</summary>
internal static class NatsSettings
{
    private static readonly StartKind[] s_starts =
    [
        StartKind.Earliest,
        StartKind.Latest,
        StartKind.Last,
        StartKind.Sequence,
        StartKind.Ago,
        StartKind.At,
        StartKind.LastPerSubject,
    ];

    public static Setting<string> SubjectPrefix { get; } =
        Setting.Text(
            "nats.subject_prefix",
            "Put before every subject that is published or subscribed; the dot is added when missing."
        );

    public static Setting<string> QueueGroup { get; } =
        Setting.Text(
            "nats.queue_group",
            "The queue group that subscriptions join: each message goes to one of its members.",
            check: CheckToken
        );

    public static Setting<string> Stream { get; } =
        Setting.Text(
            "nats.stream",
            "The JetStream stream to replay instead of listening to live subjects.",
            check: CheckToken
        );

    public static Setting<StartPoint> Start { get; } =
        Setting.Start("nats.start", "Where a replay begins.", StartPoint.Latest, s_starts);

    public static Setting<string> SubscribeQueueGroup { get; } =
        Setting.Text("queue_group", "The queue group to join; empty: the profile's.", check: CheckToken);

    public static Setting<string> SubscribeStream { get; } =
        Setting.Text(
            "stream",
            "The stream to replay; empty: the profile's, or with start the one that stores the subject.",
            check: CheckToken
        );

    public static Setting<StartPoint> SubscribeStart { get; } =
        Setting.Start(
            StartPoint.StartKey,
            "Where a replay begins; given, messages come from the stream that stores the subject.",
            StartPoint.Latest,
            s_starts
        );

    public static Setting<StartPoint> SubscribeUntil { get; } =
        Setting.Start(
            StartPoint.UntilKey,
            "Where a replay ends, that message included.",
            StartPoint.End,
            StartKind.End,
            StartKind.Sequence,
            StartKind.At,
            StartKind.Ago
        );

    public static Setting<string> ReplyTo { get; } =
        Setting.Text(
            "reply_to",
            "The subject that a reply is to be sent to.",
            check: text => text.Length == 0 ? null : new NatsSubjects().Validate(text)
        );

    public static Setting<bool> Stored { get; } =
        Setting.Flag("stored", "Waits until a stream has stored the message, and says where; fails where none does.");

    public static Setting<string> MessageId { get; } =
        Setting.Text(
            "message_id",
            "Nats-Msg-Id: a stream that has seen it within its window takes the message for a duplicate.",
            check: text => text.AsSpan().IndexOfAny('\r', '\n') < 0 ? null : "write it on one line"
        );

    public static IReadOnlyList<Setting> OfProfile { get; } =
    [
        AuthSettings.Username,
        AuthSettings.Password,
        AuthSettings.Token,
        AuthSettings.CredentialsFile,
        AuthSettings.NKeySeed,
        .. TlsSettings.All,
        SubjectPrefix.OnlyFor(ProfileMode.Client),
        QueueGroup.OnlyFor(ProfileMode.Client),
        Stream.OnlyFor(ProfileMode.Client),
        Start.OnlyFor(ProfileMode.Client),
        ServerSettings.Reply,
        ServerSettings.ReplyPayload,
    ];

    public static IReadOnlyList<Setting> OfSubscription { get; } =
    [SubscribeStream, SubscribeStart, SubscribeUntil, SubscribeQueueGroup];

    public static IReadOnlyList<Setting> OfMessage { get; } = [ReplyTo, Stored, MessageId];

    private static string? CheckToken(string text)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character) || character is '*' or '>')
                return "it holds no spaces and no wildcards";
        }

        return null;
    }
}
