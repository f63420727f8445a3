namespace TraceMQ.Transport;

/// <summary>What the peer answered to a message that we sent.</summary>
/// <param name="IsAccepted">False where the peer refused it.</param>
/// <param name="Text">The answer in words: <c>accepted by the broker</c>, <c>sent; QoS 0 is not acknowledged</c>, <c>not authorized (0x87)</c>.</param>
/// <param name="Elapsed">From the call to the answer.</param>
public sealed record PublishResult(bool IsAccepted, string Text, TimeSpan Elapsed)
{
    /// <summary>True where the message asked for this answer, as for where it is stored: the command line says it then, and not only a refusal.</summary>
    public bool WasAskedFor { get; init; }
}
