using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Ask;

/// <summary>Asks for one line: a command to pipe through, a file to write.</summary>
internal sealed record AskState : Form
{
    /// <summary>What is done with the line.</summary>
    public required Func<string, Effect> Then { get; init; }

    /// <summary>The word on the button.</summary>
    public required string Does { get; init; }

    /// <inheritdoc/>
    public override string Verb => Does;

    /// <inheritdoc/>
    public override bool HasUnsavedWork => false;

    /// <inheritdoc/>
    public override Transition Submit(AppState state) =>
        Fields[0].Text.Trim() is { Length: > 0 } line
            ? new Transition(state.CloseTop(), [Then(line)])
            : state.ReplaceTop(Answered(StatusLevel.Error, $"{Fields[0].Label} is empty"));
}
