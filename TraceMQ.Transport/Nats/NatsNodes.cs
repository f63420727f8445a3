using System.Globalization;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What JetStream has, as rows of the Browse screen.</summary>
internal static class NatsNodes
{
    public const string StreamsKey = "streams";
    public const string BucketsKey = "buckets";
    public const string PurgeName = "purge";

    private const string BucketPrefix = "KV_";
    private const int MaximumPreview = 80;

    public static Setting<string> PurgeFilter { get; } =
        Setting.Text("subject", "Only messages of this subject, with wildcards; empty: all.");

    public static Node Streams { get; } =
        new(new NodePath(StreamsKey), "collections", "streams", HasChildren: true, [], []);

    public static Node Buckets { get; } =
        new(new NodePath(BucketsKey), "collections", "key-value buckets", HasChildren: true, [], []);

    /// <summary>What JetStream tells of itself, as messages.</summary>
    public static Node Advisories { get; } =
        new(
            new NodePath("advisories"),
            "collections",
            "advisories",
            HasChildren: false,
            [],
            [],
            new Subscription("$JS.EVENT.ADVISORY.>")
        );

    private static readonly SessionAction s_purge = new(
        PurgeName,
        "Removes messages of the stream.",
        IsChange: true,
        [PurgeFilter]
    );
    private static readonly SessionAction s_delete = new("delete", "Deletes it.", IsChange: true, []);

    public static bool IsBucket(StreamInfo stream) =>
        stream.Config.Name?.StartsWith(BucketPrefix, StringComparison.Ordinal) == true;

    public static Node OfStream(StreamInfo stream)
    {
        var name = stream.Config.Name ?? "";
        return new Node(
            Streams.Path.Child(name),
            "streams",
            name,
            HasChildren: stream.State.ConsumerCount > 0,
            [
                new Fact("messages", Count(stream.State.Messages)),
                new Fact("bytes", Quantity.Approximate(stream.State.Bytes)),
                new Fact("subjects", string.Join(", ", stream.Config.Subjects ?? [])),
                new Fact("consumers", Count(stream.State.ConsumerCount)),
                new Fact("sequences", $"{stream.State.FirstSeq}–{stream.State.LastSeq}"),
                new Fact("last", Moment(stream.State.LastTs)),
                new Fact("limits", Limits(stream.Config)),
            ],
            [s_purge, s_delete],
            History(name, "")
        );
    }

    public static Node OfBucket(StreamInfo stream)
    {
        var name = stream.Config.Name ?? "";
        return new Node(
            Buckets.Path.Child(name),
            "buckets",
            name[Math.Min(BucketPrefix.Length, name.Length)..],
            HasChildren: true,
            [
                new Fact("values", Count(stream.State.Messages)),
                new Fact("bytes", Quantity.Approximate(stream.State.Bytes)),
                new Fact("history", Count(stream.Config.MaxMsgsPerSubject)),
                new Fact(
                    "time to live",
                    stream.Config.MaxAge > TimeSpan.Zero ? Quantity.Format(stream.Config.MaxAge) : "none"
                ),
                new Fact("last", Moment(stream.State.LastTs)),
            ],
            [s_delete],
            History(name, "")
        );
    }

    public static Node OfConsumer(ConsumerInfo consumer) =>
        new(
            Streams.Path.Child(consumer.StreamName).Child(consumer.Name),
            "consumers",
            consumer.Name,
            HasChildren: false,
            [
                new Fact("pending", Count((long)consumer.NumPending)),
                new Fact("ack pending", Count(consumer.NumAckPending)),
                new Fact("redelivered", Count(consumer.NumRedelivered)),
                new Fact("delivered", $"{consumer.Delivered.StreamSeq}"),
                new Fact(
                    "kind",
                    $"{(consumer.Config.DurableName is null || consumer.Config.InactiveThreshold > TimeSpan.Zero ? "ephemeral" : "durable")} {(consumer.Config.DeliverSubject is null ? "pull" : "push")}"
                ),
                new Fact(
                    "filter",
                    consumer.Config.FilterSubject ?? string.Join(", ", consumer.Config.FilterSubjects ?? [])
                ),
            ],
            [s_delete]
        );

    public static Node OfValue(string stream, long revisions, NatsStored stored)
    {
        var bucket = stream[Math.Min(BucketPrefix.Length, stream.Length)..];
        var head = $"$KV.{bucket}.";
        var subject = stored.Subject;
        var data = stored.Payload.AsSpan();
        return new Node(
            Buckets.Path.Child(stream).Child(subject),
            "keys",
            subject.StartsWith(head, StringComparison.Ordinal) ? subject[head.Length..] : subject,
            HasChildren: false,
            [
                new Fact("value", System.Text.Encoding.UTF8.GetString(data[..Math.Min(data.Length, MaximumPreview)])),
                new Fact("size", Count(data.Length)),
                new Fact("operation", Operation(stored)),
                new Fact("revision", stored.Place.Sequence.ToString(CultureInfo.InvariantCulture)),
                new Fact("revisions kept", Count(revisions)),
                new Fact(
                    "written",
                    stored.Place.Stored.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                ),
            ],
            [],
            History(stream, subject),
            new OutgoingMessage { Topic = subject }
        );
    }

    // A deleted key stays as a marker until it is purged (ADR-8).
    private static string Operation(NatsStored stored) =>
        stored.Headers.FirstOrDefault(header => header.Name == "KV-Operation").Value switch
        {
            "DEL" => "deleted",
            "PURGE" => "purged",
            _ => "put",
        };

    /// <summary>The subscription that reads all that is stored.</summary>
    private static Subscription History(string stream, string subject) =>
        new(
            subject,
            SettingValues
                .Empty.With(NatsSettings.SubscribeStream, stream)
                .With(NatsSettings.SubscribeStart, StartPoint.Earliest)
        );

    private static string Limits(StreamConfig config)
    {
        var limits = new List<string>();
        if (config.MaxMsgs > 0)
            limits.Add($"{Count(config.MaxMsgs)} messages");
        if (config.MaxBytes > 0)
            limits.Add(Quantity.Approximate(config.MaxBytes));
        if (config.MaxAge > TimeSpan.Zero)
            limits.Add(Quantity.Format(config.MaxAge));
        return limits.Count == 0 ? "none" : string.Join(", ", limits);
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Moment(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
        && moment.Year > 1
            ? moment.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : "";
}
