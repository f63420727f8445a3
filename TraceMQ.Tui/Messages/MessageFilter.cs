using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>A filter expression that was understood. Immutable and safe on any thread.</summary>
internal sealed class MessageFilter
{
    /// <summary>Most conditions in one expression: their results for a topic are kept as bits.</summary>
    public const int MaximumTerms = 32;

    internal MessageFilter(string text, IReadOnlyList<FilterTerm> terms)
    {
        Text = text;
        Terms = [.. terms];
    }

    /// <summary>The filter that everything passes.</summary>
    public static MessageFilter None { get; } = new("", []);

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>True where everything passes.</summary>
    public bool IsEmpty => Terms.Length == 0;

    /// <summary>How often a regular expression took too long and was taken as not matching.</summary>
    public long TimedOut => Terms.Sum(term => term.TimedOut);

    internal FilterTerm[] Terms { get; }

    /// <summary>Reads an expression: see contract of <c>--filter</c>.</summary>
    /// <param name="text">The expression; an empty one lets everything pass.</param>
    /// <param name="syntaxes">The protocols whose wildcards <c>topic:</c> may use: one of them has to accept the pattern. None: not checked.</param>
    public static FilterParse Parse(string text, IReadOnlyList<TopicSyntax> syntaxes) =>
        new FilterParser(text, syntaxes).Parse();

    /// <summary>True where a message passes.</summary>
    /// <param name="syntax">How the message's protocol writes topics; null compares patterns literally.</param>
    /// <param name="topic">The message's topic.</param>
    /// <param name="payload">The message's payload; need not be text.</param>
    public bool Matches(TopicSyntax? syntax, string topic, ReadOnlySpan<byte> payload) =>
        MatchesPayload(OfTopic(syntax, topic), payload);

    /// <summary>Which conditions the topic alone fulfils, as bits.</summary>
    internal uint OfTopic(TopicSyntax? syntax, string topic)
    {
        uint bits = 0;
        for (var i = 0; i < Terms.Length; i++)
        {
            if (Terms[i].IsInTopic(syntax, topic))
                bits |= 1u << i;
        }

        return bits;
    }

    /// <summary>False where the topic alone decides that the message does not pass.</summary>
    internal bool IsPossible(uint ofTopic)
    {
        for (var i = 0; i < Terms.Length; i++)
        {
            var isInTopic = (ofTopic & (1u << i)) != 0;
            if (Terms[i].IsExcluded ? isInTopic : Terms[i].IsTopicOnly && !isInTopic)
                return false;
        }

        return true;
    }

    internal bool MatchesPayload(uint ofTopic, ReadOnlySpan<byte> payload)
    {
        if (!IsPossible(ofTopic))
            return false;
        for (var i = 0; i < Terms.Length; i++)
        {
            if (
                (ofTopic & (1u << i)) == 0
                && !Terms[i].IsTopicOnly
                && Terms[i].IsInPayload(payload) == Terms[i].IsExcluded
            )
                return false;
        }

        return true;
    }
}
