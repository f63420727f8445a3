namespace TraceMQ.Transport;

/// <summary>One step of a connection test.</summary>
/// <param name="Name">What was tried: <c>name</c>, <c>TCP</c>, <c>MQTT handshake</c>.</param>
/// <param name="IsPassed">False for the step that failed; no step for the same address follows it.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Text">The result, or the cause in plain words and what to change.</param>
public sealed record TestStep(string Name, bool IsPassed, TimeSpan Elapsed, string Text)
{
    /// <summary>Why it failed; null where it passed.</summary>
    public FailureKind? Failure { get; init; }
}
