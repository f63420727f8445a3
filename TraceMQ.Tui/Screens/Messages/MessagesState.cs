using System.Collections.Immutable;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Screens.Messages;

/// <summary>The message list.</summary>
internal sealed record MessagesState
{
    /// <summary>Which rows are shown.</summary>
    public MessageScope Scope { get; init; } = MessageScope.All;

    /// <summary>The filter as it is typed; equal to the scope's once it is valid.</summary>
    public string FilterText { get; init; } = "";

    /// <summary>What is wrong with the typed filter; empty where nothing is.</summary>
    public string FilterProblem { get; init; } = "";

    /// <summary>The filter before typing began, for Esc.</summary>
    public string FilterBefore { get; init; } = "";

    /// <summary>Of the scope that is shown; answers about older ones fall away.</summary>
    public long ScopeGeneration { get; init; }

    /// <summary>The list follows the newest message.</summary>
    public bool IsFollowing { get; init; } = true;

    /// <summary>The selected message; 0 for none.</summary>
    public long SelectedId { get; init; }

    /// <summary>The newest message when following ended: what came later counts as new.</summary>
    public long PausedAt { get; init; }

    /// <summary>The text to find; empty for none.</summary>
    public string FindText { get; init; } = "";

    /// <summary>Of the search that is under way.</summary>
    public long FindGeneration { get; init; }

    /// <summary>Marked messages.</summary>
    public ImmutableSortedSet<long> Marks { get; init; } = [];

    /// <summary>What the time column shows.</summary>
    public TimeColumn Time { get; init; }
}
