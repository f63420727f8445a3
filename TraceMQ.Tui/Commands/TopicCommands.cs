using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Topics;

namespace TraceMQ.Tui.Commands;

/// <summary>What can be done in the topic pane. Folding is the pane's own, as it knows its rows.</summary>
internal static class TopicCommands
{
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new()
        {
            Name = "scope",
            Keys = "Enter",
            Label = "scope",
            Help = "only messages of this topic or branch, and all again",
            Scopes = Scopes.Topics,
        },
        new()
        {
            Name = "fold",
            Keys = "Space",
            Label = "fold",
            Help = "fold or unfold the branch",
            Scopes = Scopes.Topics,
        },
        new()
        {
            Name = "sort",
            Keys = "o",
            Label = "sort",
            Help = "sort by name, age, rate or count",
            Scopes = Scopes.Topics,
            Run = TopicsUpdate.NextSort,
        },
        new()
        {
            Name = "flat",
            Keys = "T",
            Label = "flat",
            Help = "whole topics instead of a tree, and back",
            Scopes = Scopes.Topics,
            Run = state => state with { Topics = state.Topics with { IsFlat = !state.Topics.IsFlat } },
        },
        new()
        {
            Name = "exclude-branch",
            Keys = "-",
            Help = "hide messages of this topic or branch",
            Scopes = Scopes.Topics,
        },
    ];
}
