using System.Text;
using Confluent.Kafka;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>The facts of Kafka's records, and how a record of the library becomes our message.</summary>
internal static class KafkaDetails
{
    private static readonly DetailField s_partition = new(
        "partition",
        "partition",
        DetailKind.Number,
        "The partition of the topic, in which order is kept."
    );

    private static readonly DetailField s_offset = new(
        "offset",
        "offset",
        DetailKind.Number,
        "The record's number in its partition."
    );

    private static readonly DetailField s_key = new(
        "key",
        "key",
        DetailKind.Bytes,
        "Records of one key are in one partition, and compaction keeps the last of each; left out where there is none."
    );

    private static readonly DetailField s_enqueuedTime = new(
        "enqueued_time",
        "enqueued",
        DetailKind.Time,
        "The record's timestamp: when its producer made it, or when the broker got it (timestamp_type)."
    );

    private static readonly DetailField s_timestampType = new(
        "timestamp_type",
        "timestamp type",
        DetailKind.Text,
        "log_append_time where the broker set the timestamp; left out where the producer did."
    );

    private static readonly DetailField s_tombstone = new(
        "tombstone",
        "tombstone",
        DetailKind.Flag,
        "The record has no value, which is not the same as an empty one: in a compacted topic it deletes its key."
    );

    private static readonly Detail s_isTombstone = new(s_tombstone, DetailValue.Of(flag: true));
    private static readonly Detail s_isAppendTime = new(s_timestampType, DetailValue.Of("log_append_time"));

    public static IReadOnlyList<DetailField> All { get; } =
    [s_partition, s_offset, s_key, s_enqueuedTime, s_timestampType, s_tombstone];

    /// <summary>Our form of a received record.</summary>
    public static Message ToMessage(in KafkaRecord record, DateTimeOffset time, bool isReplayed) =>
        new()
        {
            Time = time,
            Topic = record.Topic,
            Payload = record.Value,
            Headers = record.Headers,
            Details = DetailsOf(record),
            IsReplayed = isReplayed,
        };

    /// <summary>Our form of a record that we send; the partition is known where it is chosen by us.</summary>
    public static Message ToMessage(TopicPartition target, Message<byte[]?, byte[]?> record, DateTimeOffset time)
    {
        var details = new List<Detail>();
        if (target.Partition != Partition.Any)
            details.Add(new Detail(s_partition, DetailValue.Of(target.Partition.Value)));
        if (record.Key is { } key)
            details.Add(new Detail(s_key, DetailValue.Of(key)));
        if (record.Value is null)
            details.Add(s_isTombstone);
        return new Message
        {
            Time = time,
            Direction = Direction.Out,
            Topic = target.Topic,
            Payload = record.Value,
            Headers = HeadersOf(record.Headers),
            Details = new MessageDetails([.. details]),
        };
    }

    private static MessageDetails DetailsOf(in KafkaRecord message)
    {
        var hasTime = message.Timestamp.Type != TimestampType.NotAvailable;
        var isAppendTime = message.Timestamp.Type == TimestampType.LogAppendTime;
        var details = new Detail[
            2
                + (message.Key is null ? 0 : 1)
                + (hasTime ? 1 : 0)
                + (isAppendTime ? 1 : 0)
                + (message.Value is null ? 1 : 0)
        ];
        details[0] = new Detail(s_partition, DetailValue.Of(message.Partition));
        details[1] = new Detail(s_offset, DetailValue.Of(message.Offset));
        var at = 2;
        if (message.Key is not null)
            details[at++] = new Detail(s_key, DetailValue.Of(message.Key));
        if (hasTime)
            details[at++] = new Detail(s_enqueuedTime, DetailValue.Of(TimeOf(message.Timestamp)));
        if (isAppendTime)
            details[at++] = s_isAppendTime;
        if (message.Value is null)
            details[at] = s_isTombstone;
        return new MessageDetails(details);
    }

    // A producer may write any number, also one that is no time.
    private static DateTimeOffset TimeOf(Timestamp timestamp) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            Math.Clamp(
                timestamp.UnixTimestampMs,
                DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
                DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            )
        );

    /// <summary>Our form of headers.</summary>
    public static Header[] HeadersOf(Headers? headers)
    {
        if (headers is null || headers.Count == 0)
            return [];
        var own = new Header[headers.Count];
        for (var i = 0; i < own.Length; i++)
            own[i] = HeaderOf(headers[i].Key, headers[i].GetValueBytes());
        return own;
    }

    /// <summary>Our form of a header: text, or hex: where it is none.</summary>
    public static Header HeaderOf(string name, ReadOnlySpan<byte> value) =>
        new(
            name,
            System.Text.Unicode.Utf8.IsValid(value) && !value.StartsWith("hex:"u8)
                ? Encoding.UTF8.GetString(value)
                : BytesText.Format(value)
        );
}
