using System.Globalization;

namespace TraceMQ.Transport.EventHubs;

/// <summary>Partitions: numbers. An empty one means all of them, or whichever the key or the hub chooses.</summary>
internal sealed class HubTopics : TopicSyntax
{
    private const int MaximumLength = 5;

    public override string Term => "partition";

    public override char? Separator => null;

    public override string Wildcards => "";

    public override string Below(string topic) => topic;

    public override string? Validate(string topic) =>
        topic.Length == 0
        || (
            topic.Length <= MaximumLength && int.TryParse(topic, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        )
            ? null
            : "a partition is a number: 0, 1, and so on";

    public override string? ValidatePattern(string pattern) => Validate(pattern);

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic) =>
        pattern.IsEmpty || pattern.SequenceEqual(topic);
}
