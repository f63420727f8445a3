using System.IO.Compression;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Payloads;

public sealed class XmlAndCompressedFormatTests
{
    [Fact]
    public void XML_is_indented_and_small_elements_stand_on_their_line()
    {
        var document = Documents.Read(
            "xml",
            "<?xml version=\"1.0\"?><!-- x > y --><plant id='a>b'><kiln id=\"1\"><celsius>812.4</celsius><ok/></kiln><zone></zone>text &amp; more<![CDATA[<raw>]]></plant>"
        );

        Assert.Equal(
            [
                "<?xml version=\"1.0\"?>",
                "<!-- x > y -->",
                "<plant id='a>b'>",
                "  <kiln id=\"1\">",
                "    <celsius>812.4</celsius>",
                "    <ok/>",
                "  </kiln>",
                "  <zone></zone>",
                "  text &amp; more",
                "  <![CDATA[<raw>]]>",
                "</plant>",
            ],
            Documents.Plain(document)
        );
        Assert.Equal("", document.Note);
        Assert.Equal(10, document.EndOf(2));
        Assert.Equal("  <kiln id=\"1\"> … </kiln>  2 lines", Documents.Text(document, 3, isFolded: true));
        Assert.Equal(Tone.Key, Documents.ToneOf(document, 4, "<celsius>"));
        Assert.Equal(Tone.Normal, Documents.ToneOf(document, 4, "812.4"));
    }

    [Fact]
    public void A_document_type_resolves_nothing()
    {
        const string payload =
            "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><a>&b;&c;</a>";

        var lines = Documents.Plain(Documents.Read("xml", payload));

        Assert.Equal(payload, string.Concat(lines));
        Assert.Equal("<a>&b;&c;</a>", lines[^1]);
    }

    [Theory]
    [InlineData("<a><b></a>", "not every tag has its other")]
    [InlineData("<a></b></a>", "not every tag has its other")]
    [InlineData("<a>", "not every element is closed")]
    [InlineData("<a", "not valid XML to the end")]
    [InlineData("<a b=\"", "not valid XML to the end")]
    [InlineData("<!-- ", "not valid XML to the end")]
    [InlineData("<![CDATA[", "not valid XML to the end")]
    [InlineData("<!DOCTYPE a [", "not valid XML to the end")]
    [InlineData("</a>", "not every tag has its other")]
    [InlineData("<", "not valid XML to the end")]
    public void What_is_wrong_is_said_and_nothing_is_lost(string payload, string note)
    {
        var document = Documents.Read("xml", payload);

        Assert.Equal(note, document.Note);
        Assert.Equal(payload.Trim(), string.Concat(Documents.Plain(document).Select(line => line.TrimStart())).Trim());
    }

    [Theory]
    [InlineData("<a/>", "xml")]
    [InlineData("<?xml version=\"1.0\"?><a>cut", "xml")]
    [InlineData("\uFEFF <html><body>x</body></html>\n", "xml")]
    [InlineData("<3 you>", "text")]
    [InlineData("<b>hello", "text")]
    [InlineData("<165>1 2026-11-22T14:00:00Z host app - - - syslog", "text")]
    public void XML_is_recognised(string payload, string format) => Assert.Equal(format, Documents.Detected(payload));

    [Fact]
    public void Deep_nesting_and_many_tags_that_do_not_match_are_survived()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000)) + string.Concat(Enumerable.Repeat("</b>", 100_000));

        Assert.Equal(200_000, Documents.Read("xml", deep).LineCount);
    }

    [Theory]
    [InlineData(false, "gzip > json")]
    [InlineData(true, "zlib > json")]
    public void What_is_compressed_is_shown_as_what_is_in_it(bool isZlib, string format)
    {
        var payload = Compress("""{"a":[1]}"""u8.ToArray(), isZlib);

        Assert.Equal("gzip", Documents.Detected(payload));
        var document = Documents.Read("gzip", payload);
        Assert.Equal(format, document.Format);
        Assert.Equal("inflated to 9 B", document.Note);
        Assert.Equal(["{", "  \"a\": [", "    1", "  ]", "}"], Documents.Plain(document));
        Assert.Equal(1, document.DepthOf(1));
        Assert.Equal(3, document.EndOf(1));
        Assert.Equal("  \"a\": [ … ]  1 line", Documents.Text(document, 1, isFolded: true));
    }

    [Fact]
    public void A_bomb_is_inflated_to_its_limit_only()
    {
        var payload = Compress(new byte[64 << 20], isZlib: false);
        Assert.True(payload.Length < 100_000);

        var document = Documents.Read("gzip", payload);

        Assert.Equal("gzip > hex", document.Format);
        Assert.Equal(CompressedFormat.MaximumInflated / 16, document.LineCount);
        Assert.Equal("inflated to 17 MB; only its beginning; there is more", document.Note);
    }

    [Fact]
    public void Twice_compressed_is_inflated_once() =>
        Assert.Equal(
            "gzip > hex",
            Documents.Read("gzip", Compress(Compress("{}"u8.ToArray(), isZlib: false), isZlib: false)).Format
        );

    [Fact]
    public void What_is_damaged_is_shown_as_far_as_it_goes_or_as_bytes()
    {
        var whole = Compress(Documents.Bytes(string.Concat(Enumerable.Range(0, 20_000))), isZlib: false);
        var damaged = whole.ToArray();
        damaged.AsSpan(whole.Length / 2).Fill(0xFF);

        Assert.Contains("damaged", Documents.Read("gzip", damaged).Note, StringComparison.Ordinal);
        Assert.Contains(
            "cut short",
            Documents.Read("gzip", whole.AsMemory(0, whole.Length - 200)).Note,
            StringComparison.Ordinal
        );
        var zlib = Compress(Documents.Bytes(string.Concat(Enumerable.Range(0, 20_000))), isZlib: true);
        Assert.Equal("inflated to 89 kB", Documents.Read("gzip", zlib).Note);
        Assert.Contains(
            "cut short",
            Documents.Read("gzip", zlib.AsMemory(0, zlib.Length - 200)).Note,
            StringComparison.Ordinal
        );
        var plain = Documents.Read("gzip", "no gzip at all");
        Assert.Equal("neither gzip nor zlib", plain.Note);
        Assert.Equal(1, plain.LineCount);
        Assert.Equal(1, Documents.Read("gzip", new byte[] { 0x1F, 0x8B, 8, 0xFF }).LineCount);
    }

    [Theory]
    [InlineData("x^ is a text")]
    [InlineData("x^y^z")]
    [InlineData("x 3 is a text, and its header would ask for a dictionary")]
    public void Letters_that_look_like_a_header_are_text(string payload) =>
        Assert.Equal("text", Documents.Detected(payload));

    private static byte[] Compress(byte[] payload, bool isZlib)
    {
        using var result = new MemoryStream();
        using (
            Stream stream = isZlib
                ? new ZLibStream(result, CompressionLevel.Optimal)
                : new GZipStream(result, CompressionLevel.Optimal)
        )
            stream.Write(payload);
        return result.ToArray();
    }
}
