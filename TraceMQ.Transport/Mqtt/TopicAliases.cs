using MQTTnet;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Numbers that stand for topics on one connection when we publish (MQTT 5.0, 3.3.2.3.4). A number is used alone only after a message with
/// topic and number has gone through, so that messages that are sent at the same time cannot overtake its introduction.
/// </summary>
internal sealed class TopicAliases
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ushort> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly int _maximum;

    /// <param name="maximum">The highest number that the broker takes; 0: none.</param>
    public TopicAliases(int maximum) => _maximum = maximum;

    /// <summary>Puts a number beside the message's topic, or in its place. Without effect where all numbers are given away.</summary>
    /// <returns>To be called with the topic once the message has gone through.</returns>
    public Action<string>? Shorten(MqttApplicationMessage message)
    {
        lock (_lock)
        {
            if (_known.Contains(message.Topic))
            {
                message.TopicAlias = _numbers[message.Topic];
                message.Topic = "";
                return null;
            }

            if (!_numbers.TryGetValue(message.Topic, out var number))
            {
                if (_numbers.Count >= _maximum)
                    return null;
                number = (ushort)(_numbers.Count + 1);
                _numbers[message.Topic] = number;
            }

            message.TopicAlias = number;
        }

        return Introduced;
    }

    private void Introduced(string topic)
    {
        lock (_lock)
            _known.Add(topic);
    }
}
