namespace TraceMQ.Transport.Sessions;

/// <summary>How a connection is supervised.</summary>
/// <param name="Policy">When to try again; null: never, the first failure ends it.</param>
public sealed record SupervisorOptions(ReconnectPolicy? Policy = null)
{
    /// <summary>True where nothing may be published or left behind, whatever the profile says.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>True where nothing is received: the profile's subscriptions are left alone.</summary>
    public bool OnlySends { get; init; }

    /// <summary>True where only an established connection is tried again: a first connection that fails ends it.</summary>
    public bool EndsWhereFirstConnectFails { get; init; }
}
