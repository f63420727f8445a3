using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Messages;

namespace TraceMQ.Tui.Screens.Topics;

/// <summary>The topic pane.</summary>
internal static class TopicsUpdate
{
    /// <summary>The topic or branch that a command of the pane is about; null where the keys go elsewhere or a connection is selected.</summary>
    public static TopicBranch? Meant(AppState state) =>
        state is { Layout.Focus: PaneName.Topics, Topics.Selected: { Path: not null } branch } ? branch : null;

    /// <summary>Sorts by the next of name, age, rate and count.</summary>
    public static Transition NextSort(AppState state)
    {
        var sorts = Enum.GetValues<TopicSort>();
        var next = sorts[(Array.IndexOf(sorts, state.Topics.Sort) + 1) % sorts.Length];
        return state with { Topics = state.Topics with { Sort = next } };
    }

    /// <summary>Folds or unfolds a branch.</summary>
    public static AppState SetExpanded(AppState state, TopicBranch branch, bool isExpanded)
    {
        var expanded = isExpanded ? state.Topics.Expanded.Add(branch) : state.Topics.Expanded.Remove(branch);
        return state with { Topics = state.Topics with { Expanded = expanded } };
    }
}

/// <summary>A branch was folded or unfolded in the pane, which knows its rows.</summary>
internal sealed record BranchFolded(TopicBranch Branch, bool IsExpanded) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) => TopicsUpdate.SetExpanded(state, Branch, IsExpanded);
}

/// <summary>A topic or branch was chosen in the pane: only its messages, or none of them.</summary>
internal sealed record TopicChosen(TopicScope Topic, bool IsExcluded) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        IsExcluded ? MessagesUpdate.Exclude(state, Topic) : MessagesUpdate.ToggleTopic(state, Topic);
}
