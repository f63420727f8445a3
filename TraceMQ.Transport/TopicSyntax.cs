namespace TraceMQ.Transport;

/// <summary>How a protocol writes and matches what it calls a topic, a subject or a path.</summary>
public abstract class TopicSyntax
{
    /// <summary>What the protocol calls it: <c>topic</c>, <c>subject</c>, <c>path</c>.</summary>
    public abstract string Term { get; }

    /// <summary>What separates the levels; null where there are none.</summary>
    public abstract char? Separator { get; }

    /// <summary>The wildcards in words for help: <c>+ one level, # the rest</c>; empty where there are none.</summary>
    public abstract string Wildcards { get; }

    /// <summary>What the empty topic of a subscription means, where a profile may leave it out.</summary>
    public virtual string Everything => "all";

    /// <summary>A subscription's topic for the eye.</summary>
    public string Shown(string topic) => topic.Length == 0 ? Everything : topic;

    /// <summary>The pattern that matches the topic and all below it: <c>a/b</c> becomes <c>a/b/#</c>. The topic itself where there are no wildcards.</summary>
    public abstract string Below(string topic);

    /// <summary>What is wrong with a topic to send to, in one sentence; null where nothing is. The empty one is right where a message need not name any.</summary>
    public abstract string? Validate(string topic);

    /// <summary>What is wrong with a topic or pattern to subscribe to, in one sentence; null where nothing is.</summary>
    public abstract string? ValidatePattern(string pattern);

    /// <summary>True for what the peer keeps for itself, before which a profile puts nothing.</summary>
    public virtual bool IsOfPeer(string topic) => false;

    /// <summary>True where the pattern matches the topic.</summary>
    public abstract bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic);
}
