namespace TraceMQ.Tui.Profiles;

/// <summary>What came of a save.</summary>
/// <param name="IsSaved">False where the file is as it was.</param>
/// <param name="Text">One sentence.</param>
internal sealed record SaveResult(bool IsSaved, string Text);
