namespace TraceMQ.Tui.Messages;

/// <summary>A visible row of the topics. Its numbers are those of the level and all below; in a flat list those of the topic alone.</summary>
internal sealed record TopicRow
{
    /// <summary>Where it is in the tree: what opens and closes, and what a selection holds on to.</summary>
    public required TopicBranch Branch { get; init; }

    /// <summary>0 for the outermost.</summary>
    public required int Depth { get; init; }

    /// <summary>The level's name, or the whole topic in a flat list; empty for an empty level and for a connection. Untrusted.</summary>
    public required string Name { get; init; }

    /// <summary>True for the row of a connection itself, where there are several: the screen writes its name.</summary>
    public bool IsSource => Branch.Path is null && !IsOverflow;

    /// <summary>True for the row that stands for all topics beyond the limit.</summary>
    public required bool IsOverflow { get; init; }

    /// <summary>True where there are levels below.</summary>
    public required bool HasChildren { get; init; }

    /// <summary>True where the levels below are shown.</summary>
    public required bool IsExpanded { get; init; }

    /// <summary>The whole topic where messages came on this very level; null for a mere branch.</summary>
    public required string? Topic { get; init; }

    /// <summary>Topics.</summary>
    public required long Topics { get; init; }

    /// <summary>Messages.</summary>
    public required long Count { get; init; }

    /// <summary>Payload bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Live messages a second.</summary>
    public required double Rate { get; init; }

    /// <summary>Since the last live message here or below; null where there was none.</summary>
    public required TimeSpan? Age { get; init; }

    /// <summary>True where the topic's message was stored before we subscribed.</summary>
    public required bool IsRetained { get; init; }

    /// <summary>The id of the topic's last message; 0 where there is none.</summary>
    public required long LastId { get; init; }

    /// <summary>The first bytes of the topic's last payload; untrusted.</summary>
    public required byte[] LastPayload { get; init; }

    /// <summary>All bytes of the topic's last payload.</summary>
    public required long LastSize { get; init; }

    /// <summary>Messages in each of the last eight seconds, the running one last.</summary>
    public required IReadOnlyList<int> Spark { get; init; }
}
