namespace TraceMQ.Transport;

/// <summary>What the sessions of one connection hand on to each other because it has to outlive a loss. Safe for any thread.</summary>
public sealed class SessionMemory
{
    private readonly Lock _lock = new();
    private object? _kept;

    /// <summary>What is kept; made by the first session that asks. A connection has one protocol, and keeps one object.</summary>
    public T Get<T>(Func<T> make)
        where T : class
    {
        lock (_lock)
        {
            if (_kept is not T kept)
                _kept = kept = make();
            return kept;
        }
    }
}
