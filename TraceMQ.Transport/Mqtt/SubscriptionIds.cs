namespace TraceMQ.Transport.Mqtt;

/// <summary>A number for each subscription, by which a message tells which of them it matched (MQTT 5.0, 3.3.2.3.8).</summary>
internal sealed class SubscriptionIds
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, uint> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly MqttTopics _topics = new();

    public void Add(string topic)
    {
        lock (_lock)
            _made.Add(topic);
    }

    public void Remove(string topic)
    {
        lock (_lock)
            _made.Remove(topic);
    }

    /// <summary>True where a subscription that was made brings messages of the topic.</summary>
    public bool Covers(string topic)
    {
        lock (_lock)
            return _made.Any(filter => !MqttTopics.IsShared(filter) && _topics.Matches(filter, topic));
    }

    /// <summary>The number of a topic's subscription, the same each time.</summary>
    public uint Of(string topic)
    {
        lock (_lock)
        {
            if (!_ids.TryGetValue(topic, out var id))
            {
                id = (uint)_ids.Count + 1;
                _ids[topic] = id;
            }

            return id;
        }
    }
}
