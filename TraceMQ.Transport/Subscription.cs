using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport;

/// <summary>What to receive. A session holds at most one subscription for a topic: <see cref="Topic"/> identifies it.</summary>
/// <param name="Topic">The topic, or a pattern with the protocol's wildcards.</param>
/// <param name="Options">Values of the protocol's <see cref="ITransport.SubscribeSettings"/>.</param>
public sealed record Subscription(string Topic, SettingValues Options)
{
    /// <summary>A subscription with the protocol's defaults.</summary>
    public Subscription(string topic)
        : this(topic, SettingValues.Empty) { }
}
