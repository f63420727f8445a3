namespace TraceMQ.Transport.Kafka;

/// <summary>Names of Kafka topics, with or without a partition behind a slash. There are no wildcards.</summary>
internal sealed class KafkaTopics : TopicSyntax
{
    private const int MaximumLength = 249;

    public override string Term => "topic";

    public override char? Separator => null;

    public override string Wildcards => "";

    public override string Below(string topic) => topic;

    public override string? Validate(string topic)
    {
        if (topic.Length == 0)
            return "the topic is empty";
        var slash = topic.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && !KafkaTopic.TryParsePartition(topic.AsSpan(slash + 1), out _))
            return "behind the slash stands the number of a partition: payments/3";
        var name = slash < 0 ? topic : topic[..slash];
        if (name.Length is 0 or > MaximumLength || name is "." or "..")
            return $"the name of a topic has 1 to {MaximumLength} characters";
        return name.All(IsAllowed) ? null : "the name of a topic holds letters, digits, \".\", \"_\" and \"-\" alone";
    }

    public override string? ValidatePattern(string pattern) => Validate(pattern);

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic)
    {
        var (wanted, wantedPartition) = Split(pattern);
        var (name, partition) = Split(topic);
        // The topic of a message is its name: which partition it came from is a detail.
        return pattern[..wanted].SequenceEqual(topic[..name])
            && (
                wantedPartition.Start.Value == pattern.Length
                || partition.Start.Value == topic.Length
                || pattern[wantedPartition].SequenceEqual(topic[partition])
            );
    }

    private static (int Name, Range Partition) Split(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        return slash < 0 ? (text.Length, text.Length..text.Length) : (slash, (slash + 1)..text.Length);
    }

    private static bool IsAllowed(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
