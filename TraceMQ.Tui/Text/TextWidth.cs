using System.Globalization;
using System.Text;

namespace TraceMQ.Tui.Text;

/// <summary>How many columns a sanitised text takes in a terminal.</summary>
internal static class TextWidth
{
    /// <summary>The columns of a text.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyExceptInRange(' ', '~') < 0)
            return text.Length;
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Of(rune);
        return width;
    }

    /// <summary>The columns of a character: 0 for a mark that joins the one before, 2 for East Asian wide ones and emoji.</summary>
    public static int Of(Rune rune)
    {
        if (rune.Value is >= ' ' and <= '~')
            return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return 0;
        return IsWide(rune.Value) ? 2 : 1;
    }

    /// <summary>The longest beginning of a text that takes at most so many columns.</summary>
    public static string Cut(string text, int columns)
    {
        if (Of(text) <= columns)
            return text;
        var width = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > columns)
                break;
            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }

    /// <summary>As <see cref="Cut(string, int)"/>, with a mark in the last column where something was cut.</summary>
    public static string Cut(string text, int columns, string mark) =>
        Of(text) <= columns ? text : Cut(text, Math.Max(0, columns - Of(mark))) + mark;

    // The wide and fullwidth ranges of Unicode's EastAsianWidth, coarsened to blocks.
    private static bool IsWide(int code) =>
        code
            is (>= 0x1100 and <= 0x115F)
                or (>= 0x231A and <= 0x231B)
                or (>= 0x23E9 and <= 0x23F3)
                or (>= 0x2614 and <= 0x2615)
                or (>= 0x2E80 and <= 0x303E)
                or (>= 0x3041 and <= 0x33FF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xA000 and <= 0xA4CF)
                or (>= 0xA960 and <= 0xA97F)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF01 and <= 0xFF60)
                or (>= 0xFFE0 and <= 0xFFE6)
                or (>= 0x1F300 and <= 0x1F64F)
                or (>= 0x1F680 and <= 0x1F6FF)
                or (>= 0x1F900 and <= 0x1FAFF)
                or (>= 0x20000 and <= 0x3FFFD);
}
