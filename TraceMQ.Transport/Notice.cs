namespace TraceMQ.Transport;

/// <summary>Something a session has to say later than any call: a session taken up again, a message cut, a slow consumer.</summary>
/// <param name="Level">How loud.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Topic">The topic that it is about, if any.</param>
public sealed record Notice(NoticeLevel Level, string Text, string? Topic = null)
{
    /// <summary>True where the subscription to <see cref="Topic"/> is over by itself; it is not made again with the next session.</summary>
    public bool EndsSubscription { get; init; }
}
