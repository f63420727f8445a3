namespace TraceMQ.Tui.Messages;

/// <summary>Ascending ids with fast access by place and by id.</summary>
internal interface ISortedIds
{
    long Count { get; }

    long IdAt(long index);

    /// <summary>How many ids are smaller.</summary>
    long CountBelow(long id);
}
