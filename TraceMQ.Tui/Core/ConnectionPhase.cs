namespace TraceMQ.Tui.Core;

/// <summary>Where a connection stands.</summary>
internal enum ConnectionPhase
{
    /// <summary>An attempt is under way.</summary>
    Connecting,

    /// <summary>Connected, or listening.</summary>
    Connected,

    /// <summary>Failed or lost; the next attempt has a time.</summary>
    Waiting,

    /// <summary>Ended by a reason that trying again does not mend.</summary>
    Failed,

    /// <summary>Ended on our wish.</summary>
    Closed,
}
