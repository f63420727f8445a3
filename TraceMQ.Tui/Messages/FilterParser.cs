using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>Reads a filter expression.</summary>
internal sealed class FilterParser(string text, IReadOnlyList<TopicSyntax> syntaxes)
{
    private const string TopicPrefix = "topic:";
    private static readonly SearchValues<char> s_reserved = SearchValues.Create("><=()");
    private static readonly string[] s_reservedWords = ["and", "or", "not"];
    private readonly List<FilterTerm> _terms = [];
    private int _at;
    private string? _problem;

    public FilterParse Parse()
    {
        while (SkipSpaces())
        {
            var start = _at;
            Term();
            if (_problem is null && _terms.Count > MessageFilter.MaximumTerms)
                _problem = $"a filter has at most {MessageFilter.MaximumTerms} conditions";
            if (_problem is not null)
                return new FilterParse(null, _problem, start);
        }

        return new FilterParse(new MessageFilter(text, _terms), null, 0);
    }

    private bool SkipSpaces()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        return _at < text.Length;
    }

    private void Term()
    {
        var isExcluded = text[_at] == '!';
        if (isExcluded)
            _at++;
        if (_at == text.Length || char.IsWhiteSpace(text[_at]))
            _problem = "write what to exclude directly behind the !";
        else if (text[_at] == '!')
            _problem = "one ! is enough to exclude; quote a text that begins with !: \"!\"";
        else if (text[_at] == '"')
            Phrase(isExcluded);
        else if (text[_at] == '/')
            Expression(isExcluded);
        else if (text.AsSpan(_at).StartsWith(TopicPrefix, StringComparison.Ordinal))
            Topic(isExcluded);
        else
            Word(isExcluded);
    }

    private void Phrase(bool isExcluded)
    {
        if (Quoted() is not { } phrase)
            return;
        if (phrase.Length == 0)
            _problem = "there is nothing between the quotes";
        else
            _terms.Add(FilterTerm.Text(isExcluded, phrase));
    }

    private void Expression(bool isExcluded)
    {
        var word = WordAt(_at);
        for (var end = _at + 1; end < text.Length; end++)
        {
            if (text[end] == '\\')
                end++;
            else if (text[end] == '/' && (end + 1 == text.Length || char.IsWhiteSpace(text[end + 1])))
            {
                AddExpression(isExcluded, text[(_at + 1)..end]);
                _at = end + 1;
                return;
            }
        }

        _problem = $"a regular expression ends with /; to find the text itself, quote it: \"{word}\"";
    }

    private void AddExpression(bool isExcluded, string expression)
    {
        if (expression.Length == 0)
        {
            _problem = "there is nothing between the slashes";
            return;
        }

        try
        {
            _terms.Add(FilterTerm.Expression(isExcluded, expression));
        }
        catch (RegexParseException exception)
        {
            _problem = $"/{expression}/ is not a regular expression: {Reason(exception.Message)}";
        }
    }

    // "Invalid pattern '(' at offset 1. Not enough )'s." - only what follows says something new.
    private static string Reason(string message)
    {
        var at = message.IndexOf(". ", StringComparison.Ordinal);
        return (at < 0 ? message : message[(at + 2)..]).TrimEnd('.');
    }

    private void Topic(bool isExcluded)
    {
        _at += TopicPrefix.Length;
        string? pattern;
        if (_at < text.Length && text[_at] == '"')
            pattern = Quoted();
        else
        {
            pattern = WordAt(_at);
            _at += pattern.Length;
        }

        if (pattern is null)
            return;
        if (pattern.Length == 0)
            _problem = "write a topic, or a pattern, directly behind topic:";
        else if (syntaxes.Count > 0 && syntaxes.All(syntax => syntax.ValidatePattern(pattern) is not null))
            _problem = $"topic:{pattern}: {syntaxes[0].ValidatePattern(pattern)}";
        else
            _terms.Add(FilterTerm.Topic(isExcluded, pattern));
    }

    private void Word(bool isExcluded)
    {
        var word = WordAt(_at);
        _at += word.Length;
        if (word.AsSpan().IndexOfAny(s_reserved) is var reserved and >= 0)
            _problem =
                $"{word[reserved]} is not a comparison here; to find it as text, quote it: \"{word.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        else if (s_reservedWords.Contains(word, StringComparer.OrdinalIgnoreCase))
            _problem =
                $"\"{word}\" does not combine conditions: words must all occur, and ! excludes; to find it as text, quote it: \"{word}\"";
        else
            _terms.Add(FilterTerm.Text(isExcluded, word));
    }

    private string WordAt(int start)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        return text[start..end];
    }

    private string? Quoted()
    {
        var phrase = new StringBuilder();
        for (var i = _at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\\'))
                phrase.Append(text[++i]);
            else if (text[i] != '"')
                phrase.Append(text[i]);
            else if (i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))
            {
                _problem = "put a space behind the closing quote; a quote inside a phrase is written \\\"";
                return null;
            }
            else
            {
                _at = i + 1;
                return phrase.ToString();
            }
        }

        _problem = "the closing quote is missing";
        return null;
    }
}
