using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Core;

/// <summary>What the screen knows of a connection. It stays after the end, because its messages do.</summary>
internal sealed record Connection
{
    /// <summary>Most notices that are kept; the oldest leave first.</summary>
    public const int MaximumNotices = 100;

    /// <summary>Its number in the message log.</summary>
    public required int Source { get; init; }

    /// <summary>The profile that it was made from, references unresolved.</summary>
    public required RawProfile Profile { get; init; }

    /// <summary>Its protocol.</summary>
    public required ITransport Transport { get; init; }

    /// <summary>Where it stands.</summary>
    public ConnectionPhase Phase { get; init; } = ConnectionPhase.Connecting;

    /// <summary>The reason of <see cref="ConnectionPhase.Waiting"/> or <see cref="ConnectionPhase.Failed"/>; empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When the next attempt is made, while waiting.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>What the live session can do; none while there is no session.</summary>
    public Capabilities Capabilities { get; init; }

    /// <summary>The peer in a few words.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>The URLs at which it listens; empty where it connects.</summary>
    public IReadOnlyList<string> ListensOn { get; init; } = [];

    /// <summary>Whether a message to send names a topic.</summary>
    public TopicUse PublishTopic { get; init; } = TopicUse.Required;

    /// <summary>Whether a subscription names a topic.</summary>
    public TopicUse SubscribeTopic { get; init; } = TopicUse.Required;

    /// <summary>What it puts before topics; empty for nothing.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>Subscriptions with the peer's last answer; null while there is none.</summary>
    public ImmutableList<(Subscription Subscription, SubscribeResult? Result)> Subscriptions { get; init; } = [];

    /// <summary>What it had to say, the newest last; at most <see cref="MaximumNotices"/>.</summary>
    public ImmutableQueue<(DateTimeOffset Time, Notice Notice)> Notices { get; init; } = [];

    /// <summary>Messages received so far.</summary>
    public long Received { get; init; }

    /// <summary>Messages dropped before they reached the log.</summary>
    public long Dropped { get; init; }

    /// <summary>Messages received in the last second.</summary>
    public long Rate { get; init; }

    /// <summary>Nothing may be published or changed.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Changes need the profile's name.</summary>
    public bool IsProduction { get; init; }

    /// <summary>Peers connect to it.</summary>
    public bool IsListener { get; init; }

    /// <summary>Its profile's name, which is shown.</summary>
    public string Name => Profile.Name;

    /// <summary>What it puts before this topic when it sends or subscribes; empty for nothing.</summary>
    public string PrefixOf(string topic) => Transport.Topics.IsOfPeer(topic) ? "" : TopicPrefix;

    /// <summary>True while a session lives.</summary>
    public bool IsConnected => Phase == ConnectionPhase.Connected;

    /// <summary>The connection with one more notice.</summary>
    public Connection With(DateTimeOffset time, Notice notice)
    {
        var kept = Notices.Enqueue((time, notice));
        return this with { Notices = kept.Count() > MaximumNotices ? kept.Dequeue() : kept };
    }

    /// <summary>True while it is supervised: connected, connecting or waiting for the next attempt.</summary>
    public bool IsAlive => Phase is ConnectionPhase.Connected or ConnectionPhase.Connecting or ConnectionPhase.Waiting;
}
