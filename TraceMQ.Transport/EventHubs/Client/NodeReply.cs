namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What <c>$cbs</c> or <c>$management</c> answered. Everything of it is untrusted.</summary>
/// <param name="Status">A status of HTTP.</param>
/// <param name="Description">It in words.</param>
/// <param name="Condition">The error; null where there is none.</param>
/// <param name="Body">The value of the body.</param>
internal sealed record NodeReply(int Status, string Description, string? Condition, object? Body)
{
    /// <summary>True where it did what was asked.</summary>
    public bool IsGood => Status is >= 200 and < 300;
}
