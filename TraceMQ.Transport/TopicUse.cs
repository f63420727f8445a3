namespace TraceMQ.Transport;

/// <summary>Whether a subscription or a message to send names a topic.</summary>
public enum TopicUse
{
    /// <summary>There are none: what comes, comes without a subscription; what is sent goes to the one peer.</summary>
    None,

    /// <summary>An empty one means all: every partition, every connected client.</summary>
    Optional,

    /// <summary>Nothing happens without one.</summary>
    Required,
}
