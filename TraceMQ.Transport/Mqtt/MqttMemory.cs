namespace TraceMQ.Transport.Mqtt;

/// <summary>The client's part of a session that the broker keeps (MQTT 5.0, 4.1): it has to outlive the connection. Safe for any thread.</summary>
internal sealed class MqttMemory
{
    private readonly Lock _lock = new();
    private readonly MqttTopics _topics = new();
    private readonly HashSet<ushort> _unreleased = [];
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _ids = new(StringComparer.Ordinal);
    private string? _clientId;

    /// <summary>A connection is up. What is remembered counts only where the broker goes on with the same session.</summary>
    public void Begin(string clientId, bool isResumed)
    {
        lock (_lock)
        {
            if (isResumed && clientId == _clientId)
                return;
            _clientId = clientId;
            _unreleased.Clear();
            _subscribed.Clear();
            _ids.Clear();
        }
    }

    /// <summary>True for a message of QoS 2 that was delivered and that the broker has not released yet (MQTT 5.0, 4.3.3).</summary>
    public bool IsUnreleased(ushort packetId)
    {
        lock (_lock)
            return _unreleased.Contains(packetId);
    }

    public void Delivered(ushort packetId)
    {
        lock (_lock)
            _unreleased.Add(packetId);
    }

    public void Released(ushort packetId)
    {
        lock (_lock)
            _unreleased.Remove(packetId);
    }

    /// <summary>True where the session has the subscription, and we have had its retained messages.</summary>
    public bool IsSubscribed(string topic)
    {
        lock (_lock)
            return _subscribed.Contains(topic);
    }

    public void Subscribed(string topic)
    {
        lock (_lock)
            _subscribed.Add(topic);
    }

    public void Unsubscribed(string topic)
    {
        lock (_lock)
            _subscribed.Remove(topic);
    }

    /// <summary>True where a subscription of the session brings messages of the topic.</summary>
    public bool Covers(string topic)
    {
        lock (_lock)
            return _subscribed.Any(filter => !MqttTopics.IsShared(filter) && _topics.Matches(filter, topic));
    }

    /// <summary>A number for a topic's subscription, the same each time, by which a message tells what it matched (MQTT 5.0, 3.3.2.3.8).</summary>
    public uint IdOf(string topic)
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
