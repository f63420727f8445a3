namespace TraceMQ.Transport.EventHubs;

/// <summary>The facts that an event carries.</summary>
internal static class EventFields
{
    public static DetailField Partition { get; } =
        new("partition", "partition", DetailKind.Text, "The partition that holds it.");

    public static DetailField Offset { get; } =
        new("offset", "offset", DetailKind.Text, "Its place in the partition (annotation x-opt-offset).");

    public static DetailField Sequence { get; } =
        new(
            "sequence",
            "sequence",
            DetailKind.Number,
            "Its number in the partition (annotation x-opt-sequence-number)."
        );

    public static DetailField Key { get; } =
        new(
            "key",
            "partition key",
            DetailKind.Text,
            "Events with the same key are in the same partition (annotation x-opt-partition-key)."
        );

    public static DetailField EnqueuedTime { get; } =
        new("enqueued_time", "enqueued", DetailKind.Time, "When the hub took it in (annotation x-opt-enqueued-time).");

    public static DetailField ContentType { get; } =
        new("content_type", "content type", DetailKind.Text, "What the body is (AMQP 1.0, part 3, 3.2.4).");

    public static DetailField MessageId { get; } =
        new("message_id", "message id", DetailKind.Text, "Its own id (AMQP 1.0, part 3, 3.2.4).");

    public static DetailField CorrelationId { get; } =
        new("correlation_id", "correlation id", DetailKind.Text, "What it belongs to (AMQP 1.0, part 3, 3.2.4).");

    public static DetailField Properties { get; } =
        new(
            "properties",
            "properties",
            DetailKind.Text,
            "The rest of its properties: subject, to, reply-to and so on (AMQP 1.0, part 3, 3.2.4)."
        );

    public static DetailField Annotations { get; } =
        new(
            "annotations",
            "annotations",
            DetailKind.Text,
            "Message annotations that Event Hubs does not set itself (AMQP 1.0, part 3, 3.2.3)."
        );

    public static DetailField Body { get; } =
        new(
            "body",
            "body",
            DetailKind.Text,
            "The kind of the body where it is not one run of bytes: several, a value, or sequences (AMQP 1.0, part 3, 3.2.6)."
        );

    public static DetailField Peer { get; } =
        new("peer", "from", DetailKind.Text, "The client that sent it to our own hub.");

    public static IReadOnlyList<DetailField> All { get; } =
    [
        EnqueuedTime,
        Partition,
        Offset,
        Sequence,
        Key,
        ContentType,
        MessageId,
        CorrelationId,
        Properties,
        Annotations,
        Body,
        Peer,
    ];
}
