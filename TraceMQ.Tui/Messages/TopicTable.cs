namespace TraceMQ.Tui.Messages;

/// <summary>
/// Gives every topic a small number, so that a message costs no string. Bounded: when it is full, further topics are stored with their
/// messages. The array of names is replaced when it grows, and a name is set before a record holds its number: readers need no lock.
/// </summary>
internal sealed class TopicTable(long maximumBytes)
{
    private const int EntryCost = 80;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The names by their numbers.</summary>
    public string[] Names { get; private set; } = new string[64];

    /// <summary>The number of a topic; <see cref="MessageRecord.InlineTopic"/> when the table is full.</summary>
    public int NumberOf(string topic)
    {
        if (_numbers.TryGetValue(topic, out var number))
            return number;
        var cost = EntryCost + (topic.Length * 2);
        if (_bytes + cost > maximumBytes)
            return MessageRecord.InlineTopic;
        _bytes += cost;
        number = _numbers.Count;
        if (number == Names.Length)
        {
            var larger = new string[number * 2];
            Names.CopyTo(larger, 0);
            Names = larger;
        }

        Names[number] = topic;
        _numbers.Add(topic, number);
        return number;
    }
}
