namespace TraceMQ.Transport;

/// <summary>Where a subscription stood in a stored stream, for a replacement session to go on behind it. Each protocol that can replay has its own.</summary>
public abstract record ResumePoint;
