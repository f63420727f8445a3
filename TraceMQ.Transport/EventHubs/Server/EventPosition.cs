using System.Globalization;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What a receiver's position counts.</summary>
internal enum PositionKind
{
    /// <summary>Sequence numbers.</summary>
    Sequence,

    /// <summary>Offsets.</summary>
    Offset,

    /// <summary>Milliseconds since 1970.</summary>
    Time,

    /// <summary>Behind the newest event of now.</summary>
    Latest,
}

/// <summary>Where a receiver begins: the selector of its source, such as <c>amqp.annotation.x-opt-offset &gt; '4200'</c>.</summary>
/// <param name="Kind">What is counted.</param>
/// <param name="Value">The place.</param>
/// <param name="IsInclusive">True for <c>&gt;=</c>: the event at the place comes too.</param>
internal sealed record EventPosition(PositionKind Kind, long Value, bool IsInclusive)
{
    private const int LongestSelector = 256;
    private const string Latest = "@latest";

    /// <summary>The oldest event: where a receiver without a selector begins.</summary>
    public static EventPosition Earliest { get; } = new(PositionKind.Offset, -1, IsInclusive: false);

    /// <summary>Reads a selector.</summary>
    /// <exception cref="AmqpViolationException">It is none.</exception>
    public static EventPosition Parse(string selector)
    {
        var text = selector.Length > LongestSelector ? "" : selector.Trim();
        var mark = text.IndexOf('>', StringComparison.Ordinal);
        if (mark < 0 || !text.StartsWith(HubVocabulary.SelectorPrefix, StringComparison.Ordinal))
            throw Wrong();
        var kind = text[HubVocabulary.SelectorPrefix.Length..mark].Trim() switch
        {
            HubVocabulary.Offset => PositionKind.Offset,
            HubVocabulary.SequenceNumber => PositionKind.Sequence,
            HubVocabulary.EnqueuedTime => PositionKind.Time,
            _ => throw Wrong(),
        };
        var isInclusive = text.AsSpan(mark + 1).StartsWith("=");
        var place = text[(mark + (isInclusive ? 2 : 1))..].Trim();
        if (place.Length >= 2 && place[0] == '\'' && place[^1] == '\'')
            place = place[1..^1];
        if (kind == PositionKind.Offset && place == Latest)
            return new EventPosition(PositionKind.Latest, 0, IsInclusive: false);
        return long.TryParse(place, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? new EventPosition(kind, value, isInclusive)
            : throw Wrong();
    }

    /// <summary>True where an event lies behind the place.</summary>
    public bool IsBefore(StoredEvent stored)
    {
        var place = Kind switch
        {
            PositionKind.Sequence => stored.Sequence,
            PositionKind.Offset => stored.Offset,
            _ => stored.EnqueuedTime.ToUnixTimeMilliseconds(),
        };
        return IsInclusive ? place >= Value : place > Value;
    }

    private static AmqpViolationException Wrong() =>
        new(
            HubVocabulary.ArgumentError,
            $"sent a selector that is not understood; write {HubVocabulary.SelectorPrefix}{HubVocabulary.Offset} > 'N', with {HubVocabulary.SequenceNumber} or {HubVocabulary.EnqueuedTime} or >= too"
        );
}
