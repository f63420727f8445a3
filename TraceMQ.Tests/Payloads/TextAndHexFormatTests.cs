using TraceMQ.Tui.Payloads;

namespace TraceMQ.Tests.Payloads;

public sealed class TextAndHexFormatTests
{
    [Theory]
    [InlineData("one", "one")]
    [InlineData("one\ntwo", "one|two")]
    [InlineData("one\r\ntwo\r\n", "one|two")]
    [InlineData("\n\n", "|")]
    [InlineData("a\rb", "a\u240Db")]
    [InlineData("\u001b[31mred\t", "\u241B[31mred\u2409")]
    [InlineData("\uFEFFmarked", "marked")]
    public void A_text_is_its_lines(string payload, string lines)
    {
        var document = Documents.Read("text", payload);

        Assert.Equal(lines.Split('|'), Documents.Plain(document));
        Assert.Equal("", document.Note);
        Assert.Equal(0, document.DepthOf(0));
        Assert.Equal(0, document.EndOf(0));
    }

    [Fact]
    public void An_empty_payload_has_no_lines() => Assert.Equal(0, Documents.Read("text", "").LineCount);

    [Fact]
    public void A_long_line_goes_on_in_the_next_one_and_loses_nothing()
    {
        var payload = new string('ä', 20_000) + "x" + new string('€', 20_000);

        var lines = Documents.Plain(Documents.Read("text", payload));

        Assert.True(lines.Count > 5);
        Assert.Equal(payload, string.Concat(lines));
    }

    [Fact]
    public void A_line_in_the_middle_is_found_without_those_before_it()
    {
        var document = Documents.Read("text", string.Join('\n', Enumerable.Range(0, 1000)));

        Assert.Equal(1000, document.LineCount);
        foreach (var line in (int[])[0, 31, 32, 33, 500, 999])
            Assert.Equal(line.ToString(), Documents.Text(document, line));
    }

    [Fact]
    public void Ten_megabytes_of_lines_cost_less_than_a_tenth_of_them()
    {
        var payload = new byte[10 << 20];
        payload.AsSpan().Fill((byte)'\n');
        Documents.Read("text", "x");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var document = Documents.Read("text", payload);
        var visible = FoldState.Expanded.VisibleLines(document);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(10 << 20, document.LineCount);
        Assert.Equal(10 << 20, visible.Count);
        Assert.True(allocated < 6 << 20, $"{allocated} bytes");
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_hexadecimal_and_as_text_that_is_said()
    {
        byte[] payload = [.. "Köln"u8, 0xFF, 0xFE];

        Assert.Equal("hex", Documents.Detected(payload));
        var document = Documents.Read("text", payload);
        Assert.Equal("not UTF-8 everywhere", document.Note);
        Assert.Equal("Köln\uFFFD\uFFFD", Documents.Text(document, 0));
    }

    [Fact]
    public void A_few_control_characters_do_not_make_a_text_binary_and_many_do()
    {
        Assert.Equal("text", Documents.Detected("a line of a log with one bell \a in it"));
        Assert.Equal("text", Documents.Detected("\u001b[31m\u001b[1mcoloured\u001b[0m"));
        Assert.Equal("hex", Documents.Detected("\0\0\0\u0001ab"));
        Assert.Equal("hex", Documents.Detected([0]));
    }

    [Fact]
    public void A_character_at_the_end_of_what_is_looked_at_may_be_cut_but_not_at_the_end_of_the_payload()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var payload = Documents.Bytes(new string('x', shift) + string.Concat(Enumerable.Repeat("🙂", 2000)));
            Assert.Equal("text", Documents.Detected(payload));
            Assert.Equal("hex", Documents.Detected(payload[..(shift + 402)]));
        }
    }

    [Fact]
    public void Sixteen_bytes_stand_on_a_line_of_hexadecimal()
    {
        byte[] payload = [.. Enumerable.Range(0, 16).Select(value => (byte)value), (byte)'O', (byte)'K', 0xC3];

        var lines = Documents.Plain(Documents.Read("hex", payload));

        Assert.Equal(
            [
                "000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  ................",
                "000010  4f 4b c3                                          OK.",
            ],
            lines
        );
        Assert.Equal(0, Documents.Read("hex", "").LineCount);
        Assert.Equal(1, Documents.Read("hex", new byte[16]).LineCount);
    }
}
