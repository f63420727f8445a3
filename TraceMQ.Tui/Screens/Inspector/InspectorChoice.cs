namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>How the user wants a payload shown.</summary>
/// <param name="Format">The name of a format; null for the detected one.</param>
/// <param name="CompareWith">The message that the difference is to; null for none.</param>
/// <param name="WantsHistory">The messages of the same topic are wanted too.</param>
internal sealed record InspectorChoice(string? Format = null, long? CompareWith = null, bool WantsHistory = false);
