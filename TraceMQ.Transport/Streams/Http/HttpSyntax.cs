using System.Buffers;
using System.Text;

namespace TraceMQ.Transport.Streams.Http;

/// <summary>What may stand in a head (RFC 9110, section 5). Anything looser would let a peer smuggle a line past a proxy.</summary>
internal static class HttpSyntax
{
    private static readonly SearchValues<byte> s_token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8
    );

    private static readonly SearchValues<byte> s_control = SearchValues.Create([
        .. Enumerable.Range(0, 32).Where(code => code != '\t').Select(code => (byte)code),
        0x7F,
    ]);

    private static readonly SearchValues<byte> s_noHttp = SearchValues.Create([
        .. Enumerable.Range(0, 32).Where(code => code is not ('\t' or '\r' or '\n')).Select(code => (byte)code),
        0x7F,
    ]);

    /// <summary>True for a method, a header name, a subprotocol, an extension name.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(s_token) < 0;

    /// <summary>True for a method, a header name, a subprotocol, an extension name.</summary>
    public static bool IsToken(string text) => text.All(char.IsAscii) && IsToken(Encoding.ASCII.GetBytes(text));

    /// <summary>True where bytes came that no head has: it is TLS, or something else than HTTP.</summary>
    public static bool IsNoHttp(ReadOnlySpan<byte> bytes) => bytes.ContainsAny(s_noHttp);

    /// <summary>The text of a line; a byte a character where it is not UTF-8.</summary>
    public static string TextOf(ReadOnlySpan<byte> line) =>
        System.Text.Unicode.Utf8.IsValid(line) ? Encoding.UTF8.GetString(line) : Encoding.Latin1.GetString(line);

    /// <summary>What is wrong with a line of a head; null where nothing is.</summary>
    public static string? ProblemOf(ReadOnlySpan<byte> line) =>
        line.ContainsAny(s_control) ? "it has a control character" : null;

    /// <summary>What is wrong with a header that is to be sent; null where nothing is.</summary>
    public static string? ProblemOf(Header header)
    {
        if (!IsToken(header.Name))
            return $"\"{header.Name}\" is no header name: use letters, digits and hyphens.";
        return Encoding.UTF8.GetBytes(header.Value).AsSpan().ContainsAny(s_control)
            ? $"The value of the header {header.Name} has a line break or another control character: take it out."
            : null;
    }

    /// <summary>Reads <c>Name: value</c>.</summary>
    public static bool TryHeader(ReadOnlySpan<byte> line, out Header header, out string? problem)
    {
        header = default;
        problem = null;
        var colon = line.IndexOf((byte)':');
        if (line[0] is (byte)' ' or (byte)'\t')
            problem = "it has a header that goes on in a second line";
        else if (colon < 0)
            problem = "it has a line without a colon";
        else if (!IsToken(line[..colon]))
            problem = "it has a header whose name is none";
        else
            header = new Header(Encoding.ASCII.GetString(line[..colon]), TextOf(line[(colon + 1)..].Trim(" \t"u8)));
        return problem is null;
    }
}
