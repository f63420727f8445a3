using System.Globalization;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What the list shows of an event that came from a hub.</summary>
internal static class EventMessages
{
    private static readonly Symbol s_sequence = new(HubVocabulary.SequenceNumber);
    private static readonly Symbol s_offset = new(HubVocabulary.Offset);
    private static readonly Symbol s_time = new(HubVocabulary.EnqueuedTime);
    private static readonly Symbol s_key = new(HubVocabulary.PartitionKey);

    /// <summary>Where an event is.</summary>
    public static EventPlace PlaceOf(AmqpMessage message)
    {
        var map = message.MessageAnnotations?.Map;
        return map is null
            ? default
            : new EventPlace(
                map[s_sequence] switch
                {
                    long number => number,
                    int number => number,
                    ulong number when number <= long.MaxValue => (long)number,
                    uint number => number,
                    _ => null,
                },
                map[s_offset] switch
                {
                    string text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) =>
                        at,
                    long number => number,
                    _ => null,
                },
                map[s_time] is DateTime time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null
            );
    }

    /// <summary>An event's partition key; null where it has none.</summary>
    public static string? KeyOf(AmqpMessage message) => message.MessageAnnotations?.Map[s_key]?.ToString();

    /// <summary>The event as a message.</summary>
    /// <param name="message">The event.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="partition">The partition that was read.</param>
    /// <param name="time">When it came.</param>
    /// <param name="isReplayed">True where it was stored before we began to read.</param>
    public static Message Of(
        AmqpMessage message,
        EventPlace place,
        string partition,
        DateTimeOffset time,
        bool isReplayed
    )
    {
        var details = new List<Detail>(8);
        if (place.Time is { } enqueued)
            details.Add(new Detail(EventFields.EnqueuedTime, DetailValue.Of(enqueued)));
        details.Add(new Detail(EventFields.Partition, DetailValue.Of(partition)));
        if (message.MessageAnnotations?.Map[s_offset] is { } offset)
            details.Add(new Detail(EventFields.Offset, DetailValue.Of(EventContent.TextOf(offset))));
        if (place.Sequence is { } sequence)
            details.Add(new Detail(EventFields.Sequence, DetailValue.Of(sequence)));
        if (KeyOf(message) is { } key)
            details.Add(new Detail(EventFields.Key, DetailValue.Of(key)));
        EventContent.AddProperties(details, message);
        if (message.MessageAnnotations is { Map.Count: > 3 })
            EventContent.AddAnnotations(details, message);
        if (EventContent.KindOf(message) is { } kind)
            details.Add(new Detail(EventFields.Body, DetailValue.Of(kind)));
        return new Message
        {
            Time = time,
            Topic = partition,
            Payload = EventContent.PayloadOf(message),
            Headers = EventContent.HeadersOf(message),
            Details = new MessageDetails([.. details]),
            IsReplayed = isReplayed,
        };
    }

    /// <summary>A word about the history of a subscription.</summary>
    public static Message Mark(HistoryMark mark, string topic, DateTimeOffset time) =>
        new()
        {
            Time = time,
            Topic = topic,
            Mark = mark,
        };
}
