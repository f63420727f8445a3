namespace TraceMQ.Tui.Messages;

/// <summary>What became of the messages. <c>Received = Kept + Evicted + Cleared</c>; the dropped ones never arrived here.</summary>
internal sealed record LogCounters
{
    /// <summary>Appended since the start.</summary>
    public long Received { get; init; }

    /// <summary>Those of them that no peer sent: what we sent, and marks of history.</summary>
    public long Own { get; init; }

    /// <summary>Still in the list.</summary>
    public long Kept { get; init; }

    /// <summary>Pushed out by newer ones.</summary>
    public long Evicted { get; init; }

    /// <summary>Removed by the user.</summary>
    public long Cleared { get; init; }

    /// <summary>Dropped by the inbox because nobody drained it in time.</summary>
    public long Dropped { get; init; }

    /// <summary>Stored only in part because they were too large.</summary>
    public long Cut { get; init; }

    /// <summary>Bytes of payload, headers and details of the kept ones.</summary>
    public long Bytes { get; init; }

    /// <summary>Time of the oldest kept message.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Time of the newest kept message.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>The time that the kept messages span.</summary>
    public TimeSpan Span => Newest - Oldest is { Ticks: > 0 } span ? span : TimeSpan.Zero;
}
