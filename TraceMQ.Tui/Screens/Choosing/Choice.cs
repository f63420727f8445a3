namespace TraceMQ.Tui.Screens.Choosing;

/// <summary>One row to choose.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Note">More about it, dimmed.</param>
/// <param name="Key">Its key, at the right.</param>
/// <param name="Why">Why it cannot be chosen now; empty where it can.</param>
/// <param name="Command">The command that it stands for.</param>
internal sealed record Choice(string Text, string Note, string Key, string Why, string Command);
