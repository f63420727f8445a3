using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Confirm;

/// <summary>Asks before what was typed into the form below is lost.</summary>
internal sealed record DiscardState : Form
{
    /// <inheritdoc/>
    public override string Verb => "Discard";

    /// <inheritdoc/>
    public override bool IsDangerous => true;

    /// <inheritdoc/>
    public override Transition Submit(AppState state)
    {
        var below = state.CloseTop();
        return new Transition(below.CloseTop(), [.. below.Top?.Ending ?? []]);
    }
}
