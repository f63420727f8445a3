using TraceMQ.Tui.Payloads;

namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>The inspector.</summary>
internal sealed record InspectorState
{
    /// <summary>What was opened last; null before the first message. Whether it is shown says <see cref="Core.AppState.Opened"/>.</summary>
    public OpenedMessage? Opened { get; init; }

    /// <summary>What of it.</summary>
    public InspectorTab Tab { get; init; }

    /// <summary>How the user wants it shown.</summary>
    public InspectorChoice Choice { get; init; } = new();

    /// <summary>Which levels and values are folded.</summary>
    public FoldState Folds { get; init; } = FoldState.Expanded;

    /// <summary>Of the message that is being opened.</summary>
    public long Generation { get; init; }

    /// <summary>When following opened a message last: it does so at most a few times a second.</summary>
    public DateTimeOffset FollowedAt { get; init; }

    /// <summary>True while a message is being read and decoded.</summary>
    public bool IsOpening { get; init; }
}
