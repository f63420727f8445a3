using System.Text;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap;

/// <summary>Paths with queries as topics, and as options (RFC 7252, sections 6.4 and 6.5).</summary>
internal static class CoapPath
{
    /// <summary>Where a server lists what it has (RFC 6690, section 4).</summary>
    public const string Discovery = "/.well-known/core";

    private const int MaximumSegment = 255;

    // What stands in a path as itself (RFC 3986, pchar) beyond letters and digits.
    private const string InPath = "-._~!$&'()*+,;=:@";
    private const string InQuery = "-._~!$'()*+,;=:@/?";

    /// <summary>The options of a topic.</summary>
    /// <param name="topic">Begins with a slash; checked by <see cref="ProblemOf"/>.</param>
    public static IEnumerable<CoapOption> ToOptions(string topic)
    {
        var (path, query) = Split(topic);
        if (path.Length > 1)
        {
            foreach (var segment in path[1..].Split('/'))
                yield return CoapOption.Of(OptionNumber.UriPath, Uri.UnescapeDataString(segment));
        }

        if (query is null)
            yield break;
        foreach (var part in query.Split('&'))
            yield return CoapOption.Of(OptionNumber.UriQuery, Uri.UnescapeDataString(part));
    }

    /// <summary>The topic of a request.</summary>
    public static string Of(OptionSet options) => Join(options, OptionNumber.UriPath, OptionNumber.UriQuery);

    /// <summary>The path of a request, without its query.</summary>
    public static string PathOf(OptionSet options) => Join(options, OptionNumber.UriPath, null);

    /// <summary>Where a new resource is, by the options of the response; empty where they say nothing.</summary>
    public static string LocationOf(OptionSet options) =>
        options.Has(OptionNumber.LocationPath) || options.Has(OptionNumber.LocationQuery)
            ? Join(options, OptionNumber.LocationPath, OptionNumber.LocationQuery)
            : "";

    /// <summary>What is wrong with a topic; null where nothing is.</summary>
    public static string? ProblemOf(string topic)
    {
        if (topic.Length == 0)
            return null;
        if (topic[0] != '/')
            return $"a path begins with a slash: write /{topic}";
        if (topic.Contains('#', StringComparison.Ordinal))
            return "a path has no #: write it as %23";
        if (topic.Any(char.IsControl))
            return "a path has no control characters";
        var (path, query) = Split(topic);
        var parts = path.Split('/').Concat(query?.Split('&') ?? []);
        return parts.Any(part => Encoding.UTF8.GetByteCount(Uri.UnescapeDataString(part)) > MaximumSegment)
            ? $"a part of it is longer than the {MaximumSegment} bytes that an option holds"
            : null;
    }

    private static (string Path, string? Query) Split(string topic)
    {
        var mark = topic.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (topic, null) : (topic[..mark], topic[(mark + 1)..]);
    }

    private static string Join(OptionSet options, int path, int? query)
    {
        var text = new StringBuilder();
        var isFirst = true;
        foreach (var option in options)
        {
            if (option.Number == path)
            {
                text.Append('/');
                Escape(text, option.Value.Span, InPath);
            }
        }

        if (text.Length == 0)
            text.Append('/');
        foreach (var option in options)
        {
            if (option.Number != query)
                continue;
            text.Append(isFirst ? '?' : '&');
            Escape(text, option.Value.Span, InQuery);
            isFirst = false;
        }

        return text.ToString();
    }

    private static void Escape(StringBuilder text, ReadOnlySpan<byte> bytes, string allowed)
    {
        Span<char> characters = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            var isRune =
                Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (
                isRune
                && (
                    Rune.IsLetterOrDigit(rune)
                    || (rune.IsAscii && allowed.Contains((char)rune.Value, StringComparison.Ordinal))
                )
            )
                text.Append(characters[..rune.EncodeToUtf16(characters)]);
            else
                foreach (var item in bytes[..length])
                    text.Append('%').Append(item.ToString("X2"));
            bytes = bytes[length..];
        }
    }
}
