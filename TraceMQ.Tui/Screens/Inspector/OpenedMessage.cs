using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Payloads.Diff;

namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>A message that was read and decoded.</summary>
internal sealed record OpenedMessage
{
    /// <summary>The message.</summary>
    public required StoredMessage Stored { get; init; }

    /// <summary>Its payload as lines.</summary>
    public required PayloadDocument Document { get; init; }

    /// <summary>The difference to another message; null where none was asked for.</summary>
    public IReadOnlyList<DiffLine>? Difference { get; init; }

    /// <summary>Between which two the difference is, in words.</summary>
    public string Compared { get; init; } = "";

    /// <summary>Messages of the same topic, the newest first; empty where they were not asked for.</summary>
    public IReadOnlyList<HistoryRow> History { get; init; } = [];
}
