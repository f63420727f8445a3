namespace TraceMQ.Transport;

/// <summary>What a session can do. Screens ask for these, never for the protocol's name.</summary>
[Flags]
public enum Capabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Subscribe and unsubscribe.</summary>
    Subscribe = 1,

    /// <summary>Send messages.</summary>
    Publish = 2,

    /// <summary>Topics of subscriptions may hold wildcards.</summary>
    Wildcards = 4,

    /// <summary>Send a request and wait for its responses: <see cref="IRequests"/>.</summary>
    Request = 8,

    /// <summary>Read what was stored earlier.</summary>
    Replay = 16,

    /// <summary>The peer can keep the last message of a topic.</summary>
    Retain = 32,

    /// <summary>Messages carry headers.</summary>
    Headers = 64,

    /// <summary>This session listens: peers connect to it.</summary>
    Listen = 128,

    /// <summary>The peer has something to look through: <see cref="Browsing.IBrowsable"/>.</summary>
    Browse = 256,

    /// <summary>Packets are told to <see cref="SessionContext.Wire"/>.</summary>
    Wire = 512,

    /// <summary>The packets of an exchange can be looked at after it was had.</summary>
    Timeline = 1024,

    /// <summary>The peer says which topics it has: <see cref="IKnownTopics"/>.</summary>
    Discovery = 2048,
}
