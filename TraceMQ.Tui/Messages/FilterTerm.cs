using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>One condition of a filter.</summary>
internal sealed class FilterTerm
{
    /// <summary>Bytes of a payload that a regular expression looks at: it cannot be fed in pieces.</summary>
    public const int RegexWindow = 4 << 20;

    /// <summary>After so many time-outs a regular expression is not tried any more.</summary>
    internal const int MostTimeouts = 10;

    private static readonly TimeSpan s_regexTimeout = TimeSpan.FromMilliseconds(50);
    private readonly Regex? _regex;
    private readonly string? _pattern;
    private long _timedOut;

    private FilterTerm(bool isExcluded, TextNeedle? needle, string? pattern, Regex? regex)
    {
        IsExcluded = isExcluded;
        Needle = needle;
        _pattern = pattern;
        _regex = regex;
    }

    /// <summary>True where what matches is left out.</summary>
    public bool IsExcluded { get; }

    /// <summary>The text to find; null for a pattern or a regular expression.</summary>
    public TextNeedle? Needle { get; }

    /// <summary>True where only the topic decides.</summary>
    public bool IsTopicOnly => _pattern is not null;

    /// <summary>How often a regular expression took too long and was taken as not matching.</summary>
    public long TimedOut => Interlocked.Read(ref _timedOut);

    // Each time-out holds whoever filters: after some, the rest is not worth it.
    private bool IsGivenUp => TimedOut >= MostTimeouts;

    public static FilterTerm Text(bool isExcluded, string text) => new(isExcluded, new TextNeedle(text), null, null);

    public static FilterTerm Topic(bool isExcluded, string pattern) => new(isExcluded, null, pattern, null);

    /// <summary>A regular expression; in linear time where its features allow it, else with a time-out.</summary>
    /// <exception cref="RegexParseException">It is not one.</exception>
    public static FilterTerm Expression(bool isExcluded, string expression)
    {
        Regex regex;
        try
        {
            regex = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_regexTimeout);
        }
        catch (NotSupportedException)
        {
            regex = new Regex(expression, RegexOptions.CultureInvariant, s_regexTimeout);
        }

        return new FilterTerm(isExcluded, null, null, regex);
    }

    public bool IsInTopic(TopicSyntax? syntax, string topic)
    {
        if (Needle is not null)
            return Needle.IsIn(topic);
        return _pattern is not null ? MatchesPattern(syntax, topic) : !IsGivenUp && IsMatch(topic);
    }

    public bool IsInPayload(ReadOnlySpan<byte> payload)
    {
        if (Needle is not null)
            return Needle.IsIn(payload);
        if (_regex is null)
            return false;
        if (IsGivenUp)
        {
            Interlocked.Increment(ref _timedOut);
            return false;
        }

        if (payload.Length > RegexWindow)
            payload = payload[..RegexWindow];
        if (payload.Length <= 512)
        {
            Span<char> few = stackalloc char[512];
            return IsMatch(few[..Encoding.UTF8.GetChars(payload, few)]);
        }

        var characters = ArrayPool<char>.Shared.Rent(payload.Length);
        try
        {
            return IsMatch(characters.AsSpan(0, Encoding.UTF8.GetChars(payload, characters)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    private bool MatchesPattern(TopicSyntax? syntax, string topic) =>
        syntax is null ? string.Equals(_pattern, topic, StringComparison.Ordinal) : syntax.Matches(_pattern, topic);

    private bool IsMatch(ReadOnlySpan<char> text)
    {
        try
        {
            return _regex!.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            Interlocked.Increment(ref _timedOut);
            return false;
        }
    }
}
