namespace TraceMQ.Transport.Browsing;

/// <summary>What came of an action.</summary>
/// <param name="IsDone">False where the peer refused, or only a part was done.</param>
/// <param name="Text">One sentence.</param>
public sealed record ActionResult(bool IsDone, string Text);
