using System.Buffers;
using System.Text;

namespace TraceMQ.Transport.Streams.Http;

/// <summary>A head as it may be shown: without the credentials in it. By hand, as the peer chooses what is searched.</summary>
internal static class HttpRedaction
{
    private const string Hidden = "***";

    private static readonly SearchValues<char> s_endOfName = SearchValues.Create("=&;?# \t");

    private static readonly string[] s_secretHeaders =
    [
        "authorization",
        "cookie",
        "token",
        "secret",
        "password",
        "credential",
        "signature",
        "apikey",
        "api-key",
        "-auth",
        "access-key",
    ];

    private static readonly string[] s_secretParameters =
    [
        "auth",
        "token",
        "secret",
        "pass",
        "credential",
        "sig",
        "key",
        "jwt",
        "code",
        "session",
    ];

    /// <summary>The head as text, lines ended by line feeds; the values of headers and of query parameters that hold credentials are hidden.</summary>
    public static string Show(HttpHead head)
    {
        var text = new StringBuilder(ShowUrl(head.StartLine)).Append('\n');
        foreach (var header in head.Headers)
            text.Append(header.Name).Append(": ").Append(Show(header)).Append('\n');
        return text.ToString();
    }

    /// <summary>A URL, or a text with one, without passwords and without the values of parameters that hold credentials.</summary>
    public static string ShowUrl(string text)
    {
        var shown = new StringBuilder(text.Length);
        var rest = WithoutUserInfo(text).AsSpan();
        while (true)
        {
            var mark = rest.IndexOfAny('?', '&', ';');
            shown.Append(rest[..(mark + 1)]);
            rest = rest[(mark + 1)..];
            if (mark < 0)
                return shown.Append(rest).ToString();
            var nameEnd = rest.IndexOfAny(s_endOfName);
            if (nameEnd < 0 || rest[nameEnd] != '=' || !HasAny(rest[..nameEnd], s_secretParameters))
                continue;
            var valueEnd = rest.IndexOfAny("&;# \t");
            shown.Append(rest[..nameEnd]).Append('=').Append(Hidden);
            rest = valueEnd < 0 ? default : rest[valueEnd..];
        }
    }

    private static string Show(Header header)
    {
        if (!HasAny(header.Name, s_secretHeaders))
            return ShowUrl(header.Value);
        var space = header.Value.IndexOf(' ', StringComparison.Ordinal);
        // Basic or Bearer says what went wrong more often than not, and is no secret.
        var isScheme = space > 0 && header.Name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase);
        return isScheme ? header.Value[..space] + " " + Hidden : Hidden;
    }

    private static bool HasAny(ReadOnlySpan<char> name, string[] words)
    {
        foreach (var word in words)
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static string WithoutUserInfo(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return text;
        var authority = text.AsSpan(scheme + 3);
        var end = authority.IndexOfAny("/?# \t");
        var at = (end < 0 ? authority : authority[..end]).LastIndexOf('@');
        return at < 0 ? text : string.Concat(text.AsSpan(0, scheme + 3), Hidden, authority[at..]);
    }
}
