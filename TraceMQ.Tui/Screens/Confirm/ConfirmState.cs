using System.Collections.Immutable;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Confirm;

/// <summary>Asks before something that changes a production system or loses work.</summary>
internal sealed record ConfirmState : Form
{
    /// <summary>The name that has to be typed; null where Ctrl+G alone is enough.</summary>
    public string? Name { get; init; }

    /// <summary>What is done then.</summary>
    public required ImmutableList<Effect> Effects { get; init; }

    /// <inheritdoc/>
    public override string Verb => "Do it";

    /// <inheritdoc/>
    public override bool IsDangerous => true;

    /// <inheritdoc/>
    public override bool HasUnsavedWork => false;

    /// <inheritdoc/>
    public override Transition Submit(AppState state) =>
        Name is null || TextOf("name") == Name
            ? new Transition(state.CloseTop(), Effects)
            : state.ReplaceTop(Answered(StatusLevel.Error, $"that is not the name; type {Name}, or leave with Esc"));
}
