namespace TraceMQ.Transport;

/// <summary>Something a session has to say later than any call: a session taken up again, a message cut, a slow consumer.</summary>
/// <param name="Level">How loud.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Topic">The topic that it is about, if any.</param>
public sealed record Notice(NoticeLevel Level, string Text, string? Topic = null);
