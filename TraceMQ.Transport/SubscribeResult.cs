namespace TraceMQ.Transport;

/// <summary>What the peer answered to a subscription.</summary>
/// <param name="IsAccepted">False where the peer refused it.</param>
/// <param name="Text">The answer in words: <c>granted QoS 1</c>, <c>not authorized (0x87)</c>.</param>
public sealed record SubscribeResult(bool IsAccepted, string Text);
