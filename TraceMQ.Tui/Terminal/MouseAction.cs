namespace TraceMQ.Tui.Terminal;

/// <summary>What was done with the mouse, and on which cell.</summary>
internal readonly record struct MouseAction(MouseKind Kind, int X, int Y);
