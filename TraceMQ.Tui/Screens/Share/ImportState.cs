using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Share;

/// <summary>Takes a shared text, from a file or pasted.</summary>
internal sealed record ImportState : Form
{
    /// <inheritdoc/>
    public override string Verb => "Read";

    /// <inheritdoc/>
    public override Transition Submit(AppState state)
    {
        var pasted = TextOf("text");
        if (pasted.Trim().Length > 0)
            return ShareUpdate.TakeText(state, pasted);
        return TextOf("file").Trim() is { Length: > 0 } path
            ? new Transition(state, [new Effect.ReadText(path, text => new ImportRead(text))])
            : state.ReplaceTop(Answered(StatusLevel.Error, "name a file, or paste the text"));
    }
}

/// <summary>The file to import was read.</summary>
internal sealed record ImportRead(string Text) : ScreenEvent<ImportState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, ImportState overlay) => ShareUpdate.TakeText(state, Text);
}
