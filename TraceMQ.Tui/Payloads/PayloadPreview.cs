using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A payload on the rest of a line, from its first bytes. Called for every visible row of each frame.</summary>
internal static class PayloadPreview
{
    /// <summary>Bytes that are worth asking for.</summary>
    public const int Bytes = 300;

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

        if (IsText(beginning))
        {
            into.Add(SafeText.Line(TrimmedEnd(beginning).TrimEnd(" \r\n\t"u8), beginning.Length));
            if (size > 4096)
                into.Add($"  {SizeText.Of(size)}", Tone.Dim);
            return;
        }

        into.Add($"{glyphs.OpenAngle}{SizeText.Of(size)}{glyphs.CloseAngle} ", Tone.Dim);
        into.Add(Convert.ToHexStringLower(beginning[..Math.Min(beginning.Length, 24)]), Tone.Number);
    }

    private static bool IsText(ReadOnlySpan<byte> beginning)
    {
        var controls = 0;
        foreach (var value in beginning)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x1B))
                controls++;
        }

        return controls * 20 <= beginning.Length && System.Text.Unicode.Utf8.IsValid(TrimmedEnd(beginning));
    }

    // The beginning may end inside a character.
    private static ReadOnlySpan<byte> TrimmedEnd(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var value = bytes[^back];
            if ((value & 0xC0) == 0x80)
                continue;
            var needed =
                value >= 0xF0 ? 4
                : value >= 0xE0 ? 3
                : value >= 0xC0 ? 2
                : 1;
            return needed > back ? bytes[..^back] : bytes;
        }

        return bytes;
    }
}
