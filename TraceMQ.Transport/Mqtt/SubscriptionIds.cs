namespace TraceMQ.Transport.Mqtt;

/// <summary>A number for each subscription, by which a message tells which of them it matched (MQTT 5.0, 3.3.2.3.8).</summary>
internal sealed class SubscriptionIds
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, uint> _ids = new(StringComparer.Ordinal);

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
