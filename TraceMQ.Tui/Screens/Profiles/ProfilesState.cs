using System.Collections.Immutable;

namespace TraceMQ.Tui.Screens.Profiles;

/// <summary>The profile pane.</summary>
internal sealed record ProfilesState
{
    /// <summary>The selected row; 0 for the first.</summary>
    public long SelectedKey { get; init; }

    /// <summary>Folded groups.</summary>
    public ImmutableHashSet<string> Folded { get; init; } = [];
}
