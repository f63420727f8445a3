using System.Globalization;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What is read of a partition, and how far that has come.</summary>
internal sealed record PartitionPlan
{
    /// <summary>Which.</summary>
    public required string Partition { get; init; }

    /// <summary>The selector of the place where reading begins while nothing has come.</summary>
    public required string Selector { get; init; }

    /// <summary>The sequence number of the event that came last; null before the first.</summary>
    public long? Last { get; init; }

    /// <summary>The sequence number of the newest event when the subscription began: what is up to it is history.</summary>
    public required long Stored { get; init; }

    /// <summary>True where all of the history has come, or there was none.</summary>
    public bool HasHistory { get; init; }

    /// <summary>Where it ends; null: never.</summary>
    public EventStop? Stop { get; init; }

    /// <summary>True where nothing more is to come.</summary>
    public bool IsOver { get; init; }

    /// <summary>The selector to go on with.</summary>
    public string Next => Last is { } last ? After(last) : Selector;

    /// <summary>Behind an event; everything where there was none yet.</summary>
    public static string After(long sequence) =>
        sequence < 0
            ? Earliest
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{HubVocabulary.SelectorPrefix}{HubVocabulary.SequenceNumber} > '{sequence}'"
            );

    /// <summary>All that is stored.</summary>
    public static string Earliest { get; } = $"{HubVocabulary.SelectorPrefix}{HubVocabulary.Offset} > '-1'";

    /// <summary>From an event on.</summary>
    public static string From(long sequence) => After(sequence - 1);

    /// <summary>From an offset on.</summary>
    public static string FromOffset(long offset) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{HubVocabulary.SelectorPrefix}{HubVocabulary.Offset} >= '{offset}'"
        );

    /// <summary>From a time on; the hub counts milliseconds.</summary>
    public static string FromTime(DateTimeOffset time) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{HubVocabulary.SelectorPrefix}{HubVocabulary.EnqueuedTime} > '{time.ToUnixTimeMilliseconds() - 1}'"
        );
}
