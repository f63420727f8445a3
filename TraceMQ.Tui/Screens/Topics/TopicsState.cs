using System.Collections.Immutable;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Screens.Topics;

/// <summary>The topic pane.</summary>
internal sealed record TopicsState
{
    /// <summary>The selected row; null for the first.</summary>
    public TopicBranch? Selected { get; init; }

    /// <summary>Unfolded branches.</summary>
    public ImmutableHashSet<TopicBranch> Expanded { get; init; } = [];

    /// <summary>What the rows are sorted by.</summary>
    public TopicSort Sort { get; init; }

    /// <summary>Whole topics instead of a tree.</summary>
    public bool IsFlat { get; init; }
}
