using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A payload on the rest of a line, from its first bytes. Called for every visible row of each frame.</summary>
internal static class PayloadPreview
{
    /// <summary>Bytes that are worth asking for.</summary>
    public const int Bytes = 300;

    private const int Large = 4096;
    private const int HexBytes = 24;

    /// <summary>Adds the preview.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="beginning">The first bytes.</param>
    /// <param name="size">The whole size in bytes.</param>
    /// <param name="glyphs">The characters to draw with.</param>
    public static void Write(StyledLine into, ReadOnlySpan<byte> beginning, long size, Glyphs glyphs)
    {
        if (size == 0)
        {
            into.Add($"{glyphs.OpenAngle}empty{glyphs.CloseAngle}", Tone.Dim);
            return;
        }

        if (!Utf8Text.IsReadable(beginning, isWhole: beginning.Length >= size))
        {
            if (beginning.Length >= size && CborFormat.IsUnmistakable(beginning))
            {
                into.Add($"{glyphs.OpenAngle}cbor {SizeText.Of(size)}{glyphs.CloseAngle} ", Tone.Dim);
                WriteCbor(into, beginning);
                return;
            }

            into.Add($"{glyphs.OpenAngle}{SizeText.Of(size)}{glyphs.CloseAngle} ", Tone.Dim);
            into.Add(Convert.ToHexStringLower(beginning[..Math.Min(beginning.Length, HexBytes)]), Tone.Number);
            return;
        }

        var text = beginning.Length < size ? Utf8Text.WithoutCutCharacter(beginning) : beginning;
        text = text[Utf8Text.StartOf(text)..];

        // The end of a line says nothing; where there is nothing else, it does.
        var trimmed = text.TrimEnd(" \t\r\n"u8);
        if (trimmed.Length > 0)
            text = trimmed;
        if (LooksLikeJson(text))
            WriteJson(into, text);
        else
            into.Add(SafeText.Line(text, text.Length));
        if (size > Large)
            into.Add($"  {SizeText.Of(size)}", Tone.Dim);
    }

    private static void WriteCbor(StyledLine into, ReadOnlySpan<byte> bytes)
    {
        var builder = new CborLineBuilder(bytes.ToArray(), CancellationToken.None);
        builder.Read();
        foreach (var line in builder.Lines)
        {
            into.Add(SafeText.Line(line.Label, Bytes), Tone.Normal);
            into.Add(SafeText.Line(line.Text, Bytes), line.Tone == Tone.Number ? Tone.Number : Tone.Normal);
            into.Add(line.Suffix + " ");
        }
    }

    // Only for colours, and for many rows: a parser would throw for each log line that begins with a bracket.
    private static bool LooksLikeJson(ReadOnlySpan<byte> text)
    {
        var rest = text.TrimStart(" \t\r\n"u8);
        return rest.Length > 0 && rest[0] is (byte)'{' or (byte)'[';
    }

    private static void WriteJson(StyledLine into, ReadOnlySpan<byte> text)
    {
        var from = 0;
        var at = 0;
        var isInObject = false;
        while (at < text.Length)
        {
            if (text[at] == (byte)'"')
            {
                at = EndOfString(text, at);
            }
            else if (IsNumberAt(text, at, isInObject, out var end))
            {
                Add(into, text[from..at], Tone.Normal);
                Add(into, text[at..end], Tone.Number);
                from = at = end;
            }
            else
            {
                isInObject |= text[at] == (byte)'{';
                at++;
            }
        }

        Add(into, text[from..], Tone.Normal);
    }

    private static int EndOfString(ReadOnlySpan<byte> text, int at)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] == (byte)'\\')
                at++;
            else if (text[at] == (byte)'"')
                return at + 1;
        }

        return text.Length;
    }

    /// <summary>A number stands between what may stand around one: <c>[12:30] started</c> has none.</summary>
    private static bool IsNumberAt(ReadOnlySpan<byte> text, int at, bool isInObject, out int end)
    {
        end = at;
        if (
            text[at] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9'))
            || (at > 0 && !(isInObject ? " \t\r\n[,:"u8 : " \t\r\n[,"u8).Contains(text[at - 1]))
        )
            return false;
        while (end < text.Length && "+-.eE0123456789"u8.Contains(text[end]))
            end++;
        return end == text.Length || " \t\r\n,]}"u8.Contains(text[end]);
    }

    private static void Add(StyledLine into, ReadOnlySpan<byte> text, Tone tone) =>
        into.Add(SafeText.Line(text, text.Length), tone);
}
