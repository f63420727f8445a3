using System.Globalization;
using System.Text;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Payloads;

/// <summary>Payloads read and written as a test sees them.</summary>
internal static class Documents
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static PayloadDocument Read(string format, ReadOnlyMemory<byte> payload) =>
        PayloadFormats.Find(format)!.Read(payload, CancellationToken.None);

    public static PayloadDocument Read(string format, string payload) => Read(format, Bytes(payload));

    public static string Detected(byte[] payload, string? contentType = null) =>
        PayloadFormats.Detect(payload, new PayloadHints(contentType)).Name;

    public static string Detected(string payload, string? contentType = null) => Detected(Bytes(payload), contentType);

    public static IReadOnlyList<string> Plain(PayloadDocument document) => document.Plain(int.MaxValue);

    public static IReadOnlyList<Span> Line(PayloadDocument document, int line, bool isFolded = false)
    {
        var styled = new StyledLine();
        document.Write(line, isFolded, Glyphs.Unicode, styled);
        return styled.Spans;
    }

    public static string Text(PayloadDocument document, int line, bool isFolded = false) =>
        string.Concat(Line(document, line, isFolded).Select(span => span.Text));

    public static Tone ToneOf(PayloadDocument document, int line, string text) =>
        Line(document, line).First(span => span.Text == text).Tone;

    /// <summary>Fails where a text could move a cursor, reverse a direction, hide something or end Terminal.Gui.</summary>
    public static void AssertHarmless(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            Assert.True(Rune.TryGetRuneAt(text, i, out var rune), $"a lone surrogate at {i}");
            var category = Rune.GetUnicodeCategory(rune);
            Assert.False(
                category
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.PrivateUse
                        or UnicodeCategory.OtherNotAssigned,
                $"{category} U+{rune.Value:X4} at {i}"
            );
            i += rune.Utf16SequenceLength - 1;
        }
    }
}
