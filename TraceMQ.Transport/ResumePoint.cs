namespace TraceMQ.Transport;

/// <summary>Where a subscription stood in a stored stream, for a replacement session to go on behind it. Each protocol that can replay has its own.</summary>
public abstract record ResumePoint
{
    /// <summary>The place in the protocol's terms: <c>sequence 42</c>.</summary>
    public abstract string Text { get; }
}
