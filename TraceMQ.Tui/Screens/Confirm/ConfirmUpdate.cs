using System.Collections.Immutable;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Confirm;

/// <summary>Asking before harm.</summary>
internal static class ConfirmUpdate
{
    /// <summary>Asks for the name of a production profile.</summary>
    /// <param name="state">The state.</param>
    /// <param name="name">The name to type.</param>
    /// <param name="what">What would be done, after "this will".</param>
    /// <param name="effects">What is done then.</param>
    public static AppState AskName(AppState state, string name, string what, ImmutableList<Effect> effects) =>
        state.Open(
            new ConfirmState
            {
                Title = "Production",
                Subtitle = name,
                Name = name,
                Effects = effects,
                Notes = [$"{name} is a production system. This will {what}.", $"Type its name to go on: {name}"],
                Fields = [new Field { Key = "name", Label = "Name" }],
            }
        );

    /// <summary>Asks for nothing but a second thought.</summary>
    public static AppState Ask(
        AppState state,
        string title,
        IReadOnlyList<string> notes,
        ImmutableList<Effect> effects
    ) =>
        state.Open(
            new ConfirmState
            {
                Title = title,
                Effects = effects,
                Notes = notes,
            }
        );
}
