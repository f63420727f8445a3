using System.Globalization;
using System.Text.Json;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Topics;

/// <summary>The last payload of a topic in a few characters: a number, a short text, or the first number of a JSON object.</summary>
internal static class TopicValue
{
    /// <summary>The value; empty where the payload has no short form.</summary>
    /// <param name="beginning">The first bytes.</param>
    /// <param name="size">All bytes.</param>
    public static Span Of(ReadOnlySpan<byte> beginning, long size)
    {
        if (beginning.IsEmpty || !IsPlain(beginning))
            return new Span("", Tone.Dim);
        var first = beginning.TrimStart(" \t\r\n"u8);
        if (!first.IsEmpty && first[0] is (byte)'{' or (byte)'[')
            return FirstNumber(first);
        if (size > 16)
            return new Span("", Tone.Dim);
        var text = SafeText.Line(beginning, 16);
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        return new Span(text, isNumber ? Tone.Number : Tone.String);
    }

    private static Span FirstNumber(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= 12)
                    return new Span(System.Text.Encoding.ASCII.GetString(reader.ValueSpan), Tone.Number);
            }
        }
        catch (JsonException)
        {
            return new Span("", Tone.Dim);
        }

        return new Span("", Tone.Dim);
    }

    private static bool IsPlain(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
}
