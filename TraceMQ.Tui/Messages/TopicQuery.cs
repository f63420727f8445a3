namespace TraceMQ.Tui.Messages;

/// <summary>The order of topics.</summary>
internal enum TopicSort
{
    /// <summary>By name.</summary>
    Name,

    /// <summary>The last live message first.</summary>
    Age,

    /// <summary>The busiest first.</summary>
    Rate,

    /// <summary>The most messages first.</summary>
    Count,
}

/// <summary>How a screen wants to see the topics.</summary>
internal sealed record TopicQuery
{
    /// <summary>The order among the children of a branch, or of all topics in a flat list.</summary>
    public TopicSort Sort { get; init; }

    /// <summary>Topics one under the other instead of a tree.</summary>
    public bool IsFlat { get; init; }

    /// <summary>Only topics that hold this text, without regard to case; empty for all. In a tree the branches above them are open.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Only this connection; null for all.</summary>
    public int? Source { get; init; }

    /// <summary>The branches that are open. A connection's own row is the branch with an empty path.</summary>
    public IReadOnlySet<TopicBranch> Expanded { get; init; } =
        System.Collections.Immutable.ImmutableHashSet<TopicBranch>.Empty;
}
