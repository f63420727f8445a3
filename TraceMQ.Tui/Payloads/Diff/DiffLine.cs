namespace TraceMQ.Tui.Payloads.Diff;

/// <summary>A line of a difference.</summary>
/// <param name="Change">'+' only in the new one, '-' only in the old one, ' ' in both, '!' a remark about the comparison.</param>
/// <param name="Text">Sanitised.</param>
internal readonly record struct DiffLine(char Change, string Text);
