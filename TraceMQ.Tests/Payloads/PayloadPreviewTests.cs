using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Payloads;

public sealed class PayloadPreviewTests
{
    [Theory]
    [InlineData("", "⟨empty⟩")]
    [InlineData("hello", "hello")]
    [InlineData("hello \r\n", "hello")]
    [InlineData("\n", "\u240A")]
    [InlineData("a\nb", "a\u240Ab")]
    [InlineData("{\"celsius\":812.4,\"ok\":true}", "{\"celsius\":812.4,\"ok\":true}")]
    public void A_text_is_shown_on_one_line(string payload, string shown) =>
        Assert.Equal(shown, Text(Write(Documents.Bytes(payload))));

    [Fact]
    public void Bytes_are_their_size_and_their_first_ones()
    {
        var spans = Write([0, 1, 0xFF, .. new byte[97]]);

        Assert.Equal("⟨100 B⟩ 0001ff" + new string('0', 42), Text(spans));
        Assert.Equal(Tone.Dim, spans[0].Tone);
    }

    [Fact]
    public void A_value_of_CBOR_is_shown_as_one_and_a_part_of_it_as_bytes()
    {
        byte[] value = [0xA2, 0x61, 0x61, 0x18, 0x2A, 0x61, 0x62, 0x82, 0x01, 0xF6];

        Assert.Equal("⟨cbor 10 B⟩ { \"a\": 42, \"b\": [ 1, null ] } ", Text(Write(value)));
        Assert.Equal("⟨100 B⟩ a2616118", Text(Write(value[..4], Glyphs.Unicode, size: 100)));
    }

    [Fact]
    public void A_terminal_without_Unicode_gets_none()
    {
        Assert.Equal("<empty>", Text(Write([], Glyphs.Ascii)));
        Assert.StartsWith("<2 B> ff00", Text(Write([0xFF, 0], Glyphs.Ascii)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_that_the_beginning_cuts_is_left_out()
    {
        var bytes = Documents.Bytes("grüße 🙂");
        for (var length = 1; length < bytes.Length; length++)
        {
            var text = Text(Write(bytes[..length], Glyphs.Unicode, size: bytes.Length));
            Assert.StartsWith(text, "grüße 🙂", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_payload_that_itself_ends_inside_a_character_is_bytes() =>
        Assert.StartsWith("⟨3 B⟩", Text(Write([(byte)'a', (byte)'b', 0xC3])), StringComparison.Ordinal);

    [Fact]
    public void A_large_text_says_its_size() =>
        Assert.EndsWith("  200 kB", Text(Write("text"u8.ToArray(), Glyphs.Unicode, 200_000)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"a":812.4,"b":"7 12","c":[-1,2e-3, 3],"d4":null}""", "812.4 -1 2e-3 3")]
    [InlineData("""[1,2""", "1 2")]
    [InlineData("""{"a":"x\"1,2","b":5}""", "5")]
    [InlineData("""{"a":"\\","b":5}""", "5")]
    [InlineData("""{"a":"cut 1,2""", "")]
    [InlineData("""{"a":"cut\""", "")]
    [InlineData("[12:30:01] 5 started", "5")]
    [InlineData("temperature 12", "")]
    public void Numbers_of_JSON_have_their_tone(string payload, string numbers)
    {
        var spans = Write(Documents.Bytes(payload));

        Assert.Equal(payload, Text(spans));
        Assert.Equal(
            numbers,
            string.Join(' ', spans.Where(span => span.Tone == Tone.Number).Select(span => span.Text))
        );
        Assert.All(spans, span => Assert.True(span.Tone is Tone.Number or Tone.Normal));
    }

    private static IReadOnlyList<Span> Write(byte[] beginning, Glyphs? glyphs = null, long? size = null)
    {
        var line = new StyledLine();
        PayloadPreview.Write(line, beginning, size ?? beginning.Length, glyphs ?? Glyphs.Unicode);
        return line.Spans;
    }

    private static string Text(IReadOnlyList<Span> spans) => string.Concat(spans.Select(span => span.Text));
}
