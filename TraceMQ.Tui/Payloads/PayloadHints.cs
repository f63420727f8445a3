namespace TraceMQ.Tui.Payloads;

/// <summary>What is known about a payload beside its bytes.</summary>
/// <param name="ContentType">As the sender named it; null where it did not.</param>
internal sealed record PayloadHints(string? ContentType = null);
