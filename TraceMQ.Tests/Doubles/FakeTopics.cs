using TraceMQ.Transport;

namespace TraceMQ.Tests.Doubles;

/// <summary>Slash-separated topics where a final <c>#</c> matches the rest.</summary>
internal sealed class FakeTopics : TopicSyntax
{
    public override string Term => "topic";

    public override char? Separator => '/';

    public override string Wildcards => "# the rest";

    public override string Below(string topic) => topic + "/#";

    public override string? Validate(string topic) =>
        topic.Length == 0 ? "a topic is at least one character long"
        : topic.Contains('#', StringComparison.Ordinal) ? "a topic to send to holds no wildcard"
        : null;

    public override string? ValidatePattern(string pattern) =>
        pattern.Length == 0 ? "a topic is at least one character long" : null;

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic) =>
        pattern.EndsWith("#") ? topic.StartsWith(pattern[..^1]) : topic.SequenceEqual(pattern);
}
