namespace TraceMQ.Tui.Messages;

/// <summary>A topic, or a topic and everything below it.</summary>
/// <param name="Source">Only of this connection; null for any.</param>
/// <param name="Topic">The topic, or the branch without a separator at its end.</param>
/// <param name="Separator">What separates levels; null for this very topic alone.</param>
internal sealed record TopicScope(int? Source, string Topic, char? Separator = null)
{
    /// <summary>True where it includes what is below the topic.</summary>
    public bool IsBranch => Separator is not null;

    /// <summary>True where a message of the source and topic is meant.</summary>
    public bool Includes(int source, string topic)
    {
        if ((Source is { } only && only != source) || !topic.StartsWith(Topic, StringComparison.Ordinal))
            return false;
        return topic.Length == Topic.Length || topic[Topic.Length] == Separator;
    }
}
