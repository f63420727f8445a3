namespace TraceMQ.Transport.Sessions;

/// <summary>What a supervised connection reports, in order.</summary>
public abstract record SessionEvent
{
    private SessionEvent() { }

    /// <summary>An attempt to connect begins.</summary>
    /// <param name="Attempt">From 1, counted since the last success.</param>
    public sealed record Connecting(int Attempt) : SessionEvent;

    /// <summary>Connected, or listening.</summary>
    /// <param name="Capabilities">What the session can do.</param>
    /// <param name="Facts">The peer in a few words.</param>
    public sealed record Connected(Capabilities Capabilities, IReadOnlyList<Fact> Facts) : SessionEvent
    {
        /// <summary>The URLs at which it listens, with their real ports; empty where it connects.</summary>
        public IReadOnlyList<string> ListensOn { get; init; } = [];

        /// <summary>Whether a message to send names a topic.</summary>
        public TopicUse PublishTopic { get; init; } = TopicUse.Required;

        /// <summary>Whether a subscription names a topic.</summary>
        public TopicUse SubscribeTopic { get; init; } = TopicUse.Required;

        /// <summary>What is put before topics; empty for nothing.</summary>
        public string TopicPrefix { get; init; } = "";
    }

    /// <summary>The peer answered to a subscription, made now or made again after a reconnect.</summary>
    public sealed record Subscribed(Subscription Subscription, SubscribeResult Result) : SessionEvent;

    /// <summary>A subscription ended on our wish.</summary>
    public sealed record Unsubscribed(Subscription Subscription) : SessionEvent;

    /// <summary>The session has something to say.</summary>
    public sealed record Noticed(Notice Notice) : SessionEvent;

    /// <summary>The attempt failed or the connection was lost; it is tried again.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Delay">Until the next attempt.</param>
    public sealed record Waiting(TransportException Reason, TimeSpan Delay) : SessionEvent;

    /// <summary>It is over.</summary>
    /// <param name="Reason">Why trying again is useless; null where we asked for the end.</param>
    public sealed record Ended(TransportException? Reason) : SessionEvent;
}
