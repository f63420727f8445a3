using System.Text;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Topics and topic filters of MQTT (MQTT 5.0, section 4.7; shared subscriptions 4.8.2).</summary>
internal sealed class MqttTopics : TopicSyntax
{
    private const int MaximumBytes = 65_535;
    private const string SharePrefix = "$share/";

    public override string Term => "topic";

    public override char? Separator => '/';

    public override string Wildcards => "+ one level, # the rest";

    public override string Below(string topic) => topic + "/#";

    public override string? Validate(string topic)
    {
        if (topic.Length == 0)
            return "the topic is empty";
        if (topic.AsSpan().IndexOfAny('+', '#') is var at and >= 0)
            return $"\"{topic[at]}\" is a wildcard: a topic to send to cannot hold it";
        return ValidateText(topic);
    }

    public override string? ValidatePattern(string pattern)
    {
        if (pattern.Length == 0)
            return "the topic is empty";
        if (ValidateText(pattern) is { } problem)
            return problem;
        var filter = pattern.AsSpan();
        if (filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            filter = filter[SharePrefix.Length..];
            var end = filter.IndexOf('/');
            if (end <= 0 || end == filter.Length - 1 || filter[..end].IndexOfAny('+', '#') >= 0)
                return "a shared subscription is written $share/GROUP/TOPIC, with a group without wildcards";
            filter = filter[(end + 1)..];
        }

        return ValidateWildcards(filter);
    }

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic)
    {
        if (pattern.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            var group = pattern[SharePrefix.Length..].IndexOf('/');
            pattern = group < 0 ? [] : pattern[(SharePrefix.Length + group + 1)..];
        }

        if (topic.Length > 0 && topic[0] == '$' && pattern.Length > 0 && pattern[0] is '+' or '#')
            return false;
        while (true)
        {
            var wanted = NextLevel(ref pattern, out var isPatternLeft);
            if (wanted is "#")
                return true;
            var level = NextLevel(ref topic, out var isTopicLeft);
            if (wanted is not "+" && !wanted.SequenceEqual(level))
                return false;
            if (!isPatternLeft)
                return !isTopicLeft;
            if (!isTopicLeft)
                return pattern is "#";
        }
    }

    /// <summary>True for a shared subscription: the broker shares its messages out between the members of a group.</summary>
    public static bool IsShared(string pattern) => pattern.StartsWith(SharePrefix, StringComparison.Ordinal);

    private static ReadOnlySpan<char> NextLevel(ref ReadOnlySpan<char> rest, out bool isMore)
    {
        var end = rest.IndexOf('/');
        isMore = end >= 0;
        var level = isMore ? rest[..end] : rest;
        rest = isMore ? rest[(end + 1)..] : [];
        return level;
    }

    private static string? ValidateWildcards(ReadOnlySpan<char> filter)
    {
        var isMore = true;
        while (isMore)
        {
            var level = NextLevel(ref filter, out isMore);
            if (level.Length > 1 && level.IndexOfAny('+', '#') >= 0)
                return "a wildcard must be a whole level: a/+/c or a/#";
            if (level is "#" && isMore)
                return "# must be the last level: a/#";
        }

        return null;
    }

    private static string? ValidateText(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return "a topic cannot hold the character NUL";
        var bytes = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return "the topic holds half a character (a lone surrogate)";
            bytes += rune.Utf8SequenceLength;
            rest = rest[length..];
        }

        return bytes > MaximumBytes ? $"the topic is {bytes} bytes long; MQTT allows {MaximumBytes}" : null;
    }
}
