namespace TraceMQ.Tui.Screens;

/// <summary>A key.</summary>
/// <param name="Name">As the command table names it; empty for one without a name.</param>
/// <param name="Text">What it types; empty for one that types nothing.</param>
internal readonly record struct KeyPress(string Name, string Text);
