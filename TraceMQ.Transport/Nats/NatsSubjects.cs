using System.Text;

namespace TraceMQ.Transport.Nats;

/// <summary>Subjects of NATS: tokens joined by dots; <c>*</c> is one token and <c>&gt;</c> the rest (NATS documentation, Subject-Based Messaging).</summary>
internal sealed class NatsSubjects : TopicSyntax
{
    // Servers refuse a control line that is longer than 4 KiB; it holds subject, reply and numbers.
    private const int MaximumBytes = 3_800;

    public override string Term => "subject";

    public override char? Separator => '.';

    public override string Wildcards => "* one token, > the rest";

    public override string Below(string topic) => topic + ".>";

    public override string? Validate(string topic)
    {
        if (ValidateText(topic) is { } problem)
            return problem;
        foreach (var range in topic.AsSpan().Split('.'))
        {
            if (topic.AsSpan(range) is "*" or ">")
                return $"\"{topic[range]}\" is a wildcard: a subject to send to cannot hold it";
        }

        return null;
    }

    public override string? ValidatePattern(string pattern)
    {
        if (ValidateText(pattern) is { } problem)
            return problem;
        return pattern.StartsWith(">.", StringComparison.Ordinal) || pattern.Contains(".>.", StringComparison.Ordinal)
            ? "\">\" stands for the rest, so that nothing can follow it"
            : null;
    }

    public override bool IsOfPeer(string topic) => NatsPrefix.IsSystem(topic);

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic)
    {
        while (true)
        {
            var wanted = Next(ref pattern, out var isPatternLeft);
            if (wanted is ">")
                return !topic.IsEmpty;
            var token = Next(ref topic, out var isTopicLeft);
            if (token.IsEmpty || (wanted is not "*" && !wanted.SequenceEqual(token)))
                return false;
            if (!isPatternLeft || !isTopicLeft)
                return isPatternLeft == isTopicLeft;
        }
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest, out bool isMore)
    {
        var end = rest.IndexOf('.');
        isMore = end >= 0;
        var token = isMore ? rest[..end] : rest;
        rest = isMore ? rest[(end + 1)..] : [];
        return token;
    }

    private static string? ValidateText(string text)
    {
        if (text.Length == 0)
            return "the subject is empty";
        if (text.StartsWith('.') || text.EndsWith('.') || text.Contains("..", StringComparison.Ordinal))
            return "a token between two dots is empty";
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character))
                return "a subject holds no spaces and no control characters";
        }

        return Encoding.UTF8.GetByteCount(text) > MaximumBytes
            ? $"it is longer than the {MaximumBytes} bytes that fit a line of the protocol"
            : null;
    }
}
