using Amqp;
using Amqp.Framing;
using Amqp.Types;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>An event that a client or the screen has sent, before it has its place in a partition.</summary>
internal sealed class EventDraft
{
    /// <summary>The longest partition key that Event Hubs takes.</summary>
    internal const int LongestKey = 128;

    private static readonly Symbol s_sequence = HubVocabulary.SequenceNumber;
    private static readonly Symbol s_offset = HubVocabulary.Offset;
    private static readonly Symbol s_time = HubVocabulary.EnqueuedTime;
    private static readonly Symbol s_key = HubVocabulary.PartitionKey;

    private readonly ReadOnlyMemory<byte> _message;
    private readonly MessageSections _sections;
    private readonly MessageAnnotations? _annotations;

    private EventDraft(ReadOnlyMemory<byte> message, MessageSections sections, MessageAnnotations? annotations)
    {
        _message = message;
        _sections = sections;
        _annotations = annotations;
    }

    /// <summary>The partition key; null where there is none.</summary>
    public string? Key { get; private init; }

    /// <summary>Bytes of the message as it was sent.</summary>
    public int Length => _message.Length;

    /// <summary>An event of our own.</summary>
    public static EventDraft Of(OutgoingMessage outgoing)
    {
        var encoded = EventOutgoing.ToAmqp(outgoing).Encode();
        return ReadOne(encoded.Buffer.AsMemory(encoded.Offset, encoded.Length));
    }

    /// <summary>Reads what a client sent: one event, or a batch of them.</summary>
    /// <exception cref="AmqpViolationException">It is no message.</exception>
    public static IReadOnlyList<EventDraft> Read(ReadOnlyMemory<byte> message, bool isBatch)
    {
        if (!isBatch)
            return [ReadOne(message)];
        var drafts = new List<EventDraft>();
        foreach (var part in MessageSections.DataOf(message.Span))
            drafts.Add(ReadOne(message[part]));
        return drafts;
    }

    /// <summary>The key of a batch as a whole, which stands on its envelope.</summary>
    public static string? KeyOf(ReadOnlyMemory<byte> message) => ReadOne(message).Key;

    /// <summary>Gives it its place.</summary>
    public StoredEvent Store(long sequence, long offset, DateTimeOffset time, string? key)
    {
        var annotations = new MessageAnnotations();
        if (_annotations is not null)
        {
            foreach (var (name, value) in _annotations.Map)
                annotations.Map[name] = value;
        }

        annotations.Map[s_sequence] = sequence;
        annotations.Map[s_offset] = offset.ToString(System.Globalization.CultureInfo.InvariantCulture);
        annotations.Map[s_time] = time.UtcDateTime;
        if (key is not null)
            annotations.Map[s_key] = key;
        var header = _message[_sections.Header].Span;
        var bare = _message[_sections.Bare].Span;
        var buffer = new ByteBuffer(128, autoGrow: true);
        annotations.Encode(buffer);
        var encoded = new byte[header.Length + buffer.Length + bare.Length];
        header.CopyTo(encoded);
        buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).CopyTo(encoded.AsSpan(header.Length));
        var bareStart = header.Length + buffer.Length;
        bare.CopyTo(encoded.AsSpan(bareStart));
        var shift = bareStart - _sections.Bare.Start.Value;
        return new StoredEvent
        {
            Sequence = sequence,
            Offset = offset,
            EnqueuedTime = time,
            Key = key,
            Encoded = encoded,
            HeaderLength = header.Length,
            BareStart = bareStart,
            HasOwnAnnotations = _annotations?.Map.Keys.Any(name => !Equals(name, s_key)) == true,
            LoneData = _sections.LoneData is { } data ? (data.Start.Value + shift)..(data.End.Value + shift) : null,
        };
    }

    private static EventDraft ReadOne(ReadOnlyMemory<byte> message)
    {
        var sections = MessageSections.Find(message.Span);
        MessageAnnotations? annotations = null;
        if (sections.Annotations.End.Value > sections.Annotations.Start.Value)
            annotations = AmqpCodec.Read(message[sections.Annotations], out _) as MessageAnnotations;
        var key = annotations?.Map[s_key] as string;
        if (key?.Length > LongestKey)
            throw new AmqpViolationException(
                HubVocabulary.ArgumentError,
                $"sent a partition key of {key.Length} characters; {LongestKey} are allowed"
            );
        return new EventDraft(message, sections, annotations) { Key = key };
    }
}
