using System.Text;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Payloads;

public sealed class JsonFormatTests
{
    [Fact]
    public void A_document_is_indented_with_its_commas()
    {
        var document = Documents.Read("json", """{"a":1,"b":[true,null,{"c":"x"}],"d":{}}""");

        Assert.Equal(
            [
                "{",
                "  \"a\": 1,",
                "  \"b\": [",
                "    true,",
                "    null,",
                "    {",
                "      \"c\": \"x\"",
                "    }",
                "  ],",
                "  \"d\": {}",
                "}",
            ],
            Documents.Plain(document)
        );
        Assert.Equal("", document.Note);
        Assert.Equal("json", document.Format);
    }

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData("[{},[]]", "[|  {},|  []|]")]
    [InlineData("[[],1]", "[|  [],|  1|]")]
    [InlineData("""{"a":{},"b":1}""", "{|  \"a\": {},|  \"b\": 1|}")]
    [InlineData("""{"":0}""", "{|  \"\": 0|}")]
    public void Empty_ones_stay_on_their_line(string payload, string lines) =>
        Assert.Equal(lines.Split('|'), Documents.Plain(Documents.Read("json", payload)));

    [Fact]
    public void Values_one_after_another_have_no_commas_between_them()
    {
        var document = Documents.Read("json", "{\"a\":1}\n{\"a\":2}\n3\n");

        Assert.Equal(["{", "  \"a\": 1", "}", "{", "  \"a\": 2", "}", "3"], Documents.Plain(document));
        Assert.Equal("", document.Note);
    }

    [Fact]
    public void Numbers_strings_and_duplicate_names_stay_as_they_were_written()
    {
        const string payload = """{"a":1.50,"a":1e+3,"a":123456789012345678901234567890,"b":"\ud800\u0041\/\n"}""";

        Assert.Equal(
            [
                "{",
                "  \"a\": 1.50,",
                "  \"a\": 1e+3,",
                "  \"a\": 123456789012345678901234567890,",
                "  \"b\": \"\\ud800\\u0041\\/\\n\"",
                "}",
            ],
            Documents.Plain(Documents.Read("json", payload))
        );
    }

    [Theory]
    [InlineData("""{"a":1,"b":[1,2""", "{|  \"a\": 1,|  \"b\": [|    1|,2")]
    [InlineData("""{"a":1} and more""", "{|  \"a\": 1|}|and more")]
    [InlineData("""{"a":1,"b":oops,"c":3}""", "{|  \"a\": 1|,\"b\":oops,\"c\":3}")]
    [InlineData("""{"a":1,"b":"cut""", "{|  \"a\": 1|,\"b\":\"cut")]
    [InlineData("[1 /* two */]", "[|  1|/* two */]")]
    [InlineData("plain\r\n\r\ntext\n", "plain||text")]
    public void What_is_not_JSON_to_the_end_is_shown_as_it_came_and_said(string payload, string lines)
    {
        var document = Documents.Read("json", payload);

        Assert.Equal(lines, string.Join('|', Documents.Plain(document)));
        Assert.Equal("not valid JSON to the end", document.Note);
        for (var line = 0; line < document.LineCount; line++)
            Assert.InRange(document.EndOf(line), line, document.LineCount - 1);
    }

    [Fact]
    public void A_comma_too_many_is_said()
    {
        var document = Documents.Read("json", "[1,[2,],{\"a\":1 , }]");

        Assert.Equal(
            ["[", "  1,", "  [", "    2", "  ],", "  {", "    \"a\": 1", "  }", "]"],
            Documents.Plain(document)
        );
        Assert.StartsWith("a comma too many", document.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_value_has_its_tone()
    {
        var document = Documents.Read("json", """{"n":1,"s":"x","t":true} rest""");

        Assert.Equal(Tone.Key, Documents.ToneOf(document, 1, "\"n\""));
        Assert.Equal(Tone.Number, Documents.ToneOf(document, 1, "1"));
        Assert.Equal(Tone.String, Documents.ToneOf(document, 2, "\"x\""));
        Assert.Equal(Tone.Literal, Documents.ToneOf(document, 3, "true"));
        Assert.Equal(Tone.Error, Documents.ToneOf(document, 5, "rest"));
    }

    [Fact]
    public void A_byte_order_mark_is_not_in_the_way()
    {
        var payload = Documents.Bytes("\uFEFF{\"a\":1}");

        Assert.Equal("json", Documents.Detected(payload));
        Assert.Equal(["{", "  \"a\": 1", "}"], Documents.Plain(Documents.Read("json", payload)));
    }

    [Fact]
    public void Nesting_of_4000_levels_is_read_and_more_is_shown_as_it_came()
    {
        var deep = Documents.Read("json", new string('[', 4000) + new string(']', 4000));
        var deeper = Documents.Read("json", new string('[', 5000));

        Assert.Equal(7999, deep.LineCount);
        Assert.Equal("", deep.Note);
        Assert.Equal(3999, deep.DepthOf(3999));
        Assert.Equal(7998, deep.EndOf(0));
        Assert.Equal(new string('[', 5000 - 4096), Documents.Plain(deeper)[^1]);
        Assert.Equal("not valid JSON to the end", deeper.Note);
    }

    [Fact]
    public void A_long_value_is_shortened_on_the_screen_and_whole_as_text()
    {
        var value = '"' + new string('ä', 5000) + '"';
        var document = Documents.Read("json", $"[{value}]");

        var shown = Documents.Text(document, 1);
        Assert.EndsWith("ä… 10 kB", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', shown);
        Assert.Equal("  " + value, Documents.Plain(document)[1]);
    }

    [Theory]
    [InlineData("""{"a":1}""", "json")]
    [InlineData("  [1,2]\n", "json")]
    [InlineData("[]", "json")]
    [InlineData("123", "text")]
    [InlineData("true", "text")]
    [InlineData("null", "text")]
    [InlineData("\"quoted\"", "text")]
    [InlineData("[info] started", "text")]
    [InlineData("[12:30:01] started", "text")]
    [InlineData("[12345] started", "text")]
    [InlineData("[2026-11-22 14:00:00] INFO ok", "text")]
    [InlineData("{not json}", "text")]
    [InlineData("{", "text")]
    [InlineData("", "text")]
    [InlineData(" ", "text")]
    public void A_bracket_alone_proves_nothing(string payload, string format) =>
        Assert.Equal(format, Documents.Detected(payload));

    [Fact]
    public void A_long_document_that_is_cut_is_still_JSON()
    {
        var whole = "{\"values\":[" + string.Join(',', Enumerable.Range(0, 1000)) + "]}";

        Assert.Equal("json", Documents.Detected(whole));
        Assert.Equal("json", Documents.Detected(whole[..2000]));
        Assert.Equal("json", Documents.Detected(whole[..200]));
        Assert.Equal("text", Documents.Detected("{\"a\":1"));
        Assert.Equal("json", Documents.Detected("{\"a\":1", "application/json"));
    }

    [Fact]
    public void Ten_megabytes_cost_what_their_lines_cost()
    {
        var payload = Big(10 << 20);
        Documents.Read("json", "[1]");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var document = Documents.Read("json", payload);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(document.LineCount > 500_000);
        Assert.True(allocated < 32L * document.LineCount, $"{allocated} bytes for {document.LineCount} lines");
        Assert.Contains(
            "celsius",
            Documents.Text(document, document.LineCount / 2 / 4 * 4 + 2),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void More_lines_than_anybody_reads_are_not_all_read_as_JSON()
    {
        var payload = new byte[JsonFormat.MaximumLines * 2 + 1000];
        payload.AsSpan().Fill((byte)',');
        for (var i = 1; i < payload.Length; i += 2)
            payload[i] = (byte)'1';
        payload[0] = (byte)'[';
        payload[^1] = (byte)']';

        var document = Documents.Read("json", payload);

        Assert.InRange(document.LineCount, JsonFormat.MaximumLines, JsonFormat.MaximumLines + 2);
        Assert.StartsWith("only the first 2,000,000 lines", document.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_gives_up_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            PayloadFormats.Find("json")!.Read(Documents.Bytes("[1]"), stop.Token)
        );
    }

    [Fact]
    public void A_rest_of_many_lines_is_not_shown_whole_and_that_is_said()
    {
        var document = Documents.Read(
            "json",
            "{}" + new string('\n', 10) + string.Concat(Enumerable.Repeat("x\n", 3000))
        );

        Assert.Equal(1001, document.LineCount);
        Assert.Contains("4 kB more", document.Note, StringComparison.Ordinal);
    }

    private static byte[] Big(int size)
    {
        var text = new StringBuilder("[");
        while (text.Length < size)
            text.Append("{\"celsius\":812.4,\"ok\":true},");
        text.Length--;
        return Documents.Bytes(text.Append(']').ToString());
    }
}
