namespace TraceMQ.Transport.Nats;

/// <summary>The facts that messages of NATS carry.</summary>
internal static class NatsDetails
{
    public static DetailField Subject { get; } =
        new("subject", "subject", DetailKind.Text, "The whole subject, with the profile's prefix.");

    public static DetailField ReplyTo { get; } =
        new("reply_to", "reply to", DetailKind.Text, "Where a reply is to be sent.");

    public static DetailField Stream { get; } =
        new("stream", "stream", DetailKind.Text, "The JetStream stream that stores it.");

    public static DetailField Sequence { get; } =
        new("sequence", "sequence", DetailKind.Number, "Its number in the stream.");

    public static DetailField StoredTime { get; } =
        new("stored_time", "stored", DetailKind.Time, "When the stream stored it.");

    public static DetailField Status { get; } =
        new("status", "status", DetailKind.Text, "The status line of a message that is one, such as 503 (ADR-4).");

    public static DetailField RoundTrip { get; } =
        new(IRequests.RoundTripKey, "round trip ms", DetailKind.Number, "Milliseconds since the request.");

    public static DetailField Peer { get; } =
        new("peer", "peer", DetailKind.Text, "The address of the client that sent it.");

    public static IReadOnlyList<DetailField> All { get; } =
    [Subject, ReplyTo, Stream, Sequence, StoredTime, Status, RoundTrip, Peer];

    /// <summary>What a live message says beyond its topic.</summary>
    public static MessageDetails OfLive(string topic, string subject, string? replyTo, string? status)
    {
        if (status is null && replyTo is null && ReferenceEquals(topic, subject))
            return MessageDetails.Empty;
        var items = new List<Detail>(3);
        if (!ReferenceEquals(topic, subject))
            items.Add(new Detail(Subject, DetailValue.Of(subject)));
        if (replyTo is not null)
            items.Add(new Detail(ReplyTo, DetailValue.Of(replyTo)));
        if (status is not null)
            items.Add(new Detail(Status, DetailValue.Of(status)));
        return new MessageDetails([.. items]);
    }

    /// <summary>What a message of a stream says beyond its topic.</summary>
    public static MessageDetails OfStored(string topic, NatsStored stored, string stream)
    {
        var sequence = new Detail(Sequence, DetailValue.Of((long)stored.Place.Sequence));
        var time = new Detail(StoredTime, DetailValue.Of(stored.Place.Stored));
        var name = new Detail(Stream, DetailValue.Of(stream));
        return ReferenceEquals(topic, stored.Subject)
            ? new MessageDetails(name, sequence, time)
            : new MessageDetails(new Detail(Subject, DetailValue.Of(stored.Subject)), name, sequence, time);
    }
}
