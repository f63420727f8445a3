using System.Text;

namespace TraceMQ.Transport.Settings;

/// <summary>
/// References inside texts: <c>${env:NAME}</c>, <c>${file:PATH}</c>, <c>${command:…}</c>, <c>${prompt}</c>; <c>$${</c> is a literal <c>${</c>.
/// This is the one place that knows how they are written.
/// </summary>
public static class Reference
{
    /// <summary>True where the text holds a reference, or an escaped one that expansion would change.</summary>
    public static bool IsIn(string text) => text.Contains("${", StringComparison.Ordinal);

    /// <summary>Splits a text into literal parts and references.</summary>
    /// <exception cref="FormatException">A reference is not closed, or of an unknown kind; the message is a sentence.</exception>
    public static IReadOnlyList<ReferencePart> Split(string text)
    {
        var parts = new List<ReferencePart>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; )
        {
            if (text.AsSpan(i).StartsWith("$${", StringComparison.Ordinal))
            {
                literal.Append("${");
                i += 3;
            }
            else if (text.AsSpan(i).StartsWith("${", StringComparison.Ordinal))
            {
                var end = text.IndexOf('}', i);
                if (end < 0)
                    throw new FormatException(
                        "a reference that begins with ${ is not closed with }; write $${ for a literal ${"
                    );
                if (literal.Length > 0)
                    parts.Add(new ReferencePart(ReferenceKind.Literal, literal.ToString()));
                literal.Clear();
                parts.Add(Parse(text[(i + 2)..end]));
                i = end + 1;
            }
            else
            {
                literal.Append(text[i++]);
            }
        }

        if (literal.Length > 0 || parts.Count == 0)
            parts.Add(new ReferencePart(ReferenceKind.Literal, literal.ToString()));
        return parts;
    }

    /// <summary>The text that stands for itself after expansion.</summary>
    public static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    private static ReferencePart Parse(string inner)
    {
        if (inner == "prompt")
            return new ReferencePart(ReferenceKind.Prompt, "");
        var colon = inner.IndexOf(':', StringComparison.Ordinal);
        var argument = colon < 0 ? "" : inner[(colon + 1)..].Trim();
        var kind = (colon < 0 ? inner : inner[..colon]) switch
        {
            "env" => ReferenceKind.Environment,
            "file" => ReferenceKind.File,
            "command" => ReferenceKind.Command,
            _ => throw new FormatException(
                $"${{{inner}}} is no reference; use ${{env:NAME}}, ${{file:PATH}}, ${{command:…}} or ${{prompt}}, or $${{ for a literal ${{"
            ),
        };
        if (argument.Length == 0)
            throw new FormatException($"${{{inner}}} names nothing after the colon");
        return new ReferencePart(kind, argument);
    }
}
