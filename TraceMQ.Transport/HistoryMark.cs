namespace TraceMQ.Transport;

/// <summary>What a message without content says about the history that came before it.</summary>
public enum HistoryMark
{
    /// <summary>An ordinary message.</summary>
    None,

    /// <summary>All that was stored when the subscription began has come; what follows is live.</summary>
    CaughtUp,

    /// <summary>The end that was asked for is reached: nothing more comes on this subscription.</summary>
    Finished,

    /// <summary>
    /// It ended by itself before the end that was asked for, and the connection goes on: nothing more comes on this subscription. A notice that
    /// <see cref="Notice.EndsSubscription"/> comes before it and says why.
    /// </summary>
    Broken,
}
