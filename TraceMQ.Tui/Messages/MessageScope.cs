namespace TraceMQ.Tui.Messages;

/// <summary>Everything that decides which messages a list shows. Immutable.</summary>
internal sealed record MessageScope
{
    /// <summary>All messages.</summary>
    public static MessageScope All { get; } = new();

    /// <summary>The filter expression.</summary>
    public MessageFilter Filter { get; init; } = MessageFilter.None;

    /// <summary>Only this topic or branch; null for all.</summary>
    public TopicScope? Only { get; init; }

    /// <summary>Not these topics or branches.</summary>
    public IReadOnlyList<TopicScope> Excluded { get; init; } = [];

    /// <summary>Only this connection; null for all.</summary>
    public int? Source { get; init; }

    /// <summary>Of every topic only the newest message that passes.</summary>
    public bool IsLatestPerTopic { get; init; }

    /// <summary>True where every message is shown: no rows of hits are needed, the view of the log will do.</summary>
    public bool IsAll => Filter.IsEmpty && Only is null && Excluded.Count == 0 && Source is null && !IsLatestPerTopic;

    /// <summary>True where the source and the topic do not rule the message out.</summary>
    public bool IncludesTopic(int source, string topic)
    {
        if ((Source is { } only && only != source) || Only?.Includes(source, topic) == false)
            return false;
        foreach (var excluded in Excluded)
        {
            if (excluded.Includes(source, topic))
                return false;
        }

        return true;
    }
}
