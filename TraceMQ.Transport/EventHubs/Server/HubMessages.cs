using System.Globalization;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What the list shows of an event in our own hub.</summary>
internal static class HubMessages
{
    /// <summary>The event as a message.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="partition">Where it is.</param>
    /// <param name="time">When it came to us.</param>
    /// <param name="peer">Who sent it; null: we did.</param>
    public static Message Of(StoredEvent stored, string partition, DateTimeOffset time, string? peer)
    {
        var details = new List<Detail>(6)
        {
            new(EventFields.EnqueuedTime, DetailValue.Of(stored.EnqueuedTime)),
            new(EventFields.Partition, DetailValue.Of(partition)),
            new(EventFields.Offset, DetailValue.Of(stored.Offset.ToString(CultureInfo.InvariantCulture))),
            new(EventFields.Sequence, DetailValue.Of(stored.Sequence)),
        };
        if (stored.Key is not null)
            details.Add(new Detail(EventFields.Key, DetailValue.Of(stored.Key)));
        var (payload, headers) = Read(stored, details);
        if (peer is not null)
            details.Add(new Detail(EventFields.Peer, DetailValue.Of(peer)));
        return new Message
        {
            Time = time,
            Direction = peer is null ? Direction.Out : Direction.In,
            Topic = partition,
            Payload = payload,
            Headers = headers,
            Details = new MessageDetails([.. details]),
        };
    }

    private static (ReadOnlyMemory<byte> Payload, IReadOnlyList<Header> Headers) Read(
        StoredEvent stored,
        List<Detail> details
    )
    {
        // The bytes stay in the partition too; nobody changes them.
        if (stored.LoneData is { } data && !stored.HasOwnAnnotations)
            return (stored.Encoded.AsMemory()[data], []);
        try
        {
            var message = AmqpCodec.ReadMessage(stored.Encoded);
            EventContent.AddProperties(details, message);
            EventContent.AddAnnotations(details, message);
            if (EventContent.KindOf(message) is { } kind)
                details.Add(new Detail(EventFields.Body, DetailValue.Of(kind)));
            return (EventContent.PayloadOf(message), EventContent.HeadersOf(message));
        }
        catch (AmqpViolationException)
        {
            details.Add(new Detail(EventFields.Body, DetailValue.Of("cannot be decoded; shown as it came")));
            return (stored.Encoded.AsMemory(stored.BareStart), []);
        }
    }
}
