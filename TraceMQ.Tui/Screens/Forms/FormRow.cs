using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>A row of a painted form.</summary>
/// <param name="Field">The field that it belongs to; -1 for none.</param>
/// <param name="Line">The line within the field, from 0.</param>
/// <param name="IsHint">It holds what is to be said about the field.</param>
/// <param name="Text">A text that belongs to no field.</param>
internal readonly record struct FormRow(int Field, int Line, bool IsHint, StyledLine? Text);
