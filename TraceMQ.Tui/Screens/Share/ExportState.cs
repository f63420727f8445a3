using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Share;

/// <summary>Asks where an export goes, and says what it leaves out before it is written.</summary>
internal sealed record ExportState : Form
{
    /// <summary>The exported text.</summary>
    public required string Toml { get; init; }

    /// <inheritdoc/>
    public override string Verb => "Export";

    /// <inheritdoc/>
    public override bool HasUnsavedWork => false;

    /// <inheritdoc/>
    public override Transition Submit(AppState state) =>
        TextOf("to") == "clipboard" ? new Transition(state.CloseTop(), [new Effect.CopyText(Toml, "the profile")])
        : TextOf("file").Trim() is { Length: > 0 } path
            ? new Transition(state.CloseTop(), [new Effect.WriteText(path, Toml)])
        : state.ReplaceTop(Answered(StatusLevel.Error, "the file has no name"));
}
