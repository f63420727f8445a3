namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What a peer may cost us.</summary>
internal sealed record WebSocketLimits
{
    /// <summary>The limits that fit most.</summary>
    public static readonly WebSocketLimits Default = new();

    /// <summary>Most bytes of a message, over all its fragments, and again after it was inflated.</summary>
    public int MaxMessage { get; init; } = 64 << 20;

    /// <summary>How long the upgrade may take.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the peer's answer to a close may take.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The most time and bytes that an ending connection is read for, so that the peer gets our last words instead of a reset.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
