using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Inspector;

namespace TraceMQ.Tui.Commands;

/// <summary>What can be done in the inspector.</summary>
internal static class InspectorCommands
{
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new()
        {
            Name = "next-view",
            Keys = ".",
            Label = "next view",
            Help = "payload, properties, difference, history",
            Scopes = Scopes.Messages | Scopes.Inspector,
            WhyNot = InspectorUpdate.WhyNothing,
            Run = InspectorUpdate.NextTab,
        },
        new()
        {
            Name = "toggle-fold",
            Keys = "Enter",
            Label = "fold",
            Help = "fold or unfold the value of this line",
            Scopes = Scopes.Inspector,
        },
        new()
        {
            Name = "fold-more",
            Keys = "{",
            Help = "show one level less",
            Scopes = Scopes.Inspector,
            WhyNot = InspectorUpdate.WhyNothing,
            Run = state => Fold(state, by: -1),
        },
        new()
        {
            Name = "fold-less",
            Keys = "}",
            Help = "show one level more",
            Scopes = Scopes.Inspector,
            WhyNot = InspectorUpdate.WhyNothing,
            Run = state => Fold(state, by: 1),
        },
        new()
        {
            Name = "format",
            Keys = "c",
            Label = "format",
            Help = "show the payload in the next format: detected, JSON, XML, gzip, text, hex",
            Scopes = Scopes.Inspector,
            WhyNot = InspectorUpdate.WhyNothing,
            Run = InspectorUpdate.NextFormat,
        },
    ];

    private static Transition Fold(AppState state, int by) =>
        state with
        {
            Inspector = state.Inspector with { Folds = state.Inspector.Folds.ByLevel(by) },
        };
}
