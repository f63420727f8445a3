namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What a client may cost us. Whatever it announces, no more than this is kept for it.</summary>
internal sealed record HubLimits
{
    /// <summary>The limits that Event Hubs has, or that fit.</summary>
    public static readonly HubLimits Default = new();

    /// <summary>The largest message, a batch included.</summary>
    public int MaximumMessage { get; init; } = HubVocabulary.MaximumMessage;

    /// <summary>Most bytes of messages whose last frame has not come, over all links of a connection.</summary>
    public int MaximumGathering { get; init; } = 4 * HubVocabulary.MaximumMessage;

    /// <summary>How many messages a sender may have under way.</summary>
    public uint ProducerCredit { get; init; } = 300;

    /// <summary>Most links of a connection.</summary>
    public int MaximumLinks { get; init; } = 1_000;

    /// <summary>The highest number of a session.</summary>
    public ushort ChannelMax { get; init; } = 255;

    /// <summary>The highest number of a link in a session.</summary>
    public uint HandleMax { get; init; } = 255;

    /// <summary>Frames that a session may send before we say that there is room again.</summary>
    public uint Window { get; init; } = 2_048;

    /// <summary>How long a client may take to open its connection.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest silence of a client, half of what is waited for it; and how long it may leave unread what was sent.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a message waits for the messages before it to be taken over into the list, before the client is told that we are busy.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromSeconds(5);
}
