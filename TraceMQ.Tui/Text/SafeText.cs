using System.Buffers;
using System.Globalization;
using System.Text;

namespace TraceMQ.Tui.Text;

/// <summary>
/// Makes untrusted text harmless for a terminal: what it returns has one fixed meaning and width, moves no cursor, reverses no direction,
/// hides nothing, and holds no lone surrogate (which would end Terminal.Gui). Every string from a network, a file or a clipboard passes here.
/// </summary>
internal static class SafeText
{
    private const int MaximumMarks = 2;

    /// <summary>The text on one line, at most <paramref name="maximum"/> UTF-16 units of it read.</summary>
    public static string Line(ReadOnlySpan<char> text, int maximum = int.MaxValue)
    {
        if (text.Length > maximum)
            text = text[..maximum];
        if (text.IndexOfAnyExceptInRange(' ', '~') < 0)
            return text.ToString();
        var safe = new StringBuilder(text.Length + 8);
        var marks = 0;
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(text, out var rune, out var length);
            text = text[length..];
            if (status != OperationStatus.Done)
                safe.Append('\uFFFD');
            else
                Append(safe, rune, ref marks);
        }

        return safe.ToString();
    }

    /// <summary>UTF-8 bytes on one line; bytes that are not UTF-8 become replacement characters.</summary>
    public static string Line(ReadOnlySpan<byte> utf8, int maximum)
    {
        if (utf8.Length > maximum)
            utf8 = utf8[..maximum];
        return Line(Encoding.UTF8.GetString(utf8).AsSpan());
    }

    private static void Append(StringBuilder safe, Rune rune, ref int marks)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Control when rune.Value < 0x20:
                safe.Append((char)(0x2400 + rune.Value));
                break;
            case UnicodeCategory.Control when rune.Value == 0x7F:
                safe.Append('\u2421');
                break;
            case UnicodeCategory.Control:
            case UnicodeCategory.Format:
            case UnicodeCategory.LineSeparator:
            case UnicodeCategory.ParagraphSeparator:
            case UnicodeCategory.PrivateUse:
            case UnicodeCategory.OtherNotAssigned:
                safe.Append('\u00B7');
                break;
            case UnicodeCategory.NonSpacingMark:
            case UnicodeCategory.EnclosingMark:
                if (safe.Length > 0 && marks++ < MaximumMarks)
                    safe.Append(rune.ToString());
                return;
            default:
                safe.Append(rune.ToString());
                break;
        }

        marks = 0;
    }
}
