namespace TraceMQ.Tui.Core;

/// <summary>The last thing that the program had to say, shown in the footer until a key is pressed after a while.</summary>
/// <param name="Level">How loud.</param>
/// <param name="Text">One sentence; not sanitised yet.</param>
/// <param name="Number">Counts up, so that the same sentence twice is seen as new.</param>
internal sealed record Status(StatusLevel Level, string Text, long Number);
