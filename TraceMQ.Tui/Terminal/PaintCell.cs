using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>One cell of the picture.</summary>
/// <param name="Text">One character with its marks; empty for the second column of a wide one.</param>
/// <param name="Tone">What it means.</param>
/// <param name="Ground">What it lies on.</param>
/// <param name="IsDimmed">It lies behind a dialog.</param>
internal readonly record struct PaintCell(string Text, Tone Tone, Ground Ground, bool IsDimmed)
{
    /// <summary>An empty cell.</summary>
    public static PaintCell Blank { get; } = new(" ", Tone.Normal, Ground.Plain, IsDimmed: false);
}
