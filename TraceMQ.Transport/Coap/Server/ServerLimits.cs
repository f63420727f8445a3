namespace TraceMQ.Transport.Coap.Server;

/// <summary>What clients may cost a server. Nothing of it grows with what they send.</summary>
internal sealed record ServerLimits
{
    /// <summary>Most resources.</summary>
    public int Resources { get; init; } = 10_000;

    /// <summary>Most bytes of all resources together.</summary>
    public long ResourceBytes { get; init; } = 64L << 20;

    /// <summary>Most bytes of a body.</summary>
    public int Body { get; init; } = 1 << 20;

    /// <summary>Most observers, of all resources together.</summary>
    public int Observers { get; init; } = 1000;

    /// <summary>Most bodies that arrive block by block at a time.</summary>
    public int Uploads { get; init; } = 64;

    /// <summary>Most bytes of them together.</summary>
    public long UploadBytes { get; init; } = 16L << 20;

    /// <summary>Most peers over datagrams that are remembered; the idlest are forgotten first.</summary>
    public int Peers { get; init; } = 4096;

    /// <summary>Most answers that are held back at a time.</summary>
    public int Delayed { get; init; } = 1000;

    /// <summary>How long a body may take from one block to the next.</summary>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromMinutes(4);
}
