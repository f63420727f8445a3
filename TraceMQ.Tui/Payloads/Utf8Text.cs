using System.Text.Unicode;

namespace TraceMQ.Tui.Payloads;

/// <summary>What bytes that may be UTF-8 text have in common in every format.</summary>
internal static class Utf8Text
{
    /// <summary>True where these bytes are UTF-8 and all but a few of its characters can be read.</summary>
    /// <param name="beginning">The first bytes, or all.</param>
    /// <param name="isWhole">False where more follow, so that the last character may be cut.</param>
    public static bool IsReadable(ReadOnlySpan<byte> beginning, bool isWhole)
    {
        var controls = 0;
        foreach (var value in beginning)
        {
            // An escape is what coloured log lines are full of.
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x1B) or 0x7F)
                controls++;
        }

        return controls * 20 <= beginning.Length && Utf8.IsValid(isWhole ? beginning : WithoutCutCharacter(beginning));
    }

    /// <summary>Without the bytes of a character at the end that goes on behind it.</summary>
    public static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> bytes)
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

    /// <summary>Where the text begins: behind a byte order mark.</summary>
    public static int StartOf(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? 3 : 0;

    /// <summary>The line that begins at a byte: how long it is, and where the next one begins. A line longer than <paramref name="maximum"/> is broken between two characters.</summary>
    public static int LineAt(ReadOnlySpan<byte> bytes, int at, int maximum, out int next)
    {
        var window = bytes.Slice(at, Math.Min(bytes.Length - at, maximum + 1));
        var end = window.IndexOf((byte)'\n');
        if (end >= 0)
        {
            next = at + end + 1;
            return end > 0 && window[end - 1] == (byte)'\r' ? end - 1 : end;
        }

        var length = window.Length <= maximum ? window.Length : WithoutCutCharacter(window[..maximum]).Length;
        next = at + length;
        return length;
    }
}
