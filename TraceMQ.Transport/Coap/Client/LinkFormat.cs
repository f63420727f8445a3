using System.Text;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>One link (RFC 6690, section 2).</summary>
/// <param name="Target">The path, or a whole URI.</param>
/// <param name="Attributes">In their order; without a value it is empty.</param>
internal sealed record CoapLinkEntry(string Target, IReadOnlyList<Header> Attributes)
{
    /// <summary>The values of an attribute, joined; empty where it is not there.</summary>
    public string this[string name] =>
        string.Join(' ', Attributes.Where(item => item.Name == name).Select(item => item.Value));

    public bool Has(string name) => Attributes.Any(item => item.Name == name);
}

/// <summary>Reads the list of links by which a server says what it has (RFC 6690). What is not understood is skipped.</summary>
internal static class LinkFormat
{
    /// <summary>Most links that are read.</summary>
    public const int MaximumLinks = 10_000;

    private const int MaximumAttributes = 100;

    public static IReadOnlyList<CoapLinkEntry> Parse(string text)
    {
        var links = new List<CoapLinkEntry>();
        var at = 0;
        while (links.Count < MaximumLinks)
        {
            var start = text.IndexOf('<', at);
            var end = start < 0 ? -1 : text.IndexOf('>', start);
            if (end < 0)
                break;
            var attributes = new List<Header>();
            at = ReadAttributes(text, end + 1, attributes);
            links.Add(new CoapLinkEntry(text[(start + 1)..end], attributes));
        }

        return links;
    }

    private static int ReadAttributes(string text, int at, List<Header> attributes)
    {
        while (at < text.Length && text[at] != ',')
        {
            if (text[at] != ';')
            {
                at++;
                continue;
            }

            var nameEnd = text.AsSpan(at + 1).IndexOfAny('=', ';', ',') is var found and >= 0
                ? at + 1 + found
                : text.Length;
            var name = text[(at + 1)..nameEnd].Trim();
            at = nameEnd;
            var value = at < text.Length && text[at] == '=' ? ReadValue(text, ref at) : "";
            if (name.Length > 0 && attributes.Count < MaximumAttributes)
                attributes.Add(new Header(name, value));
        }

        return at < text.Length ? at + 1 : at;
    }

    /// <summary>A value, quoted or not, from its equals sign on.</summary>
    private static string ReadValue(string text, ref int at)
    {
        at++;
        if (at >= text.Length || text[at] != '"')
        {
            var start = at;
            at = text.AsSpan(at).IndexOfAny(';', ',') is var end and >= 0 ? at + end : text.Length;
            return text[start..at].Trim();
        }

        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
        }

        at = Math.Min(at + 1, text.Length);
        return value.ToString();
    }
}
