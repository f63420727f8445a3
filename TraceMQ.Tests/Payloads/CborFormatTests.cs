using CsCheck;

namespace TraceMQ.Tests.Payloads;

public sealed class CborFormatTests
{
    [Theory]
    // RFC 8949, Appendix A.
    [InlineData("00", "0")]
    [InlineData("1b000000e8d4a51000", "1000000000000")]
    [InlineData("1bffffffffffffffff", "18446744073709551615")]
    [InlineData("3bffffffffffffffff", "-18446744073709551616")]
    [InlineData("c249010000000000000000", "2(h'010000000000000000')")]
    [InlineData("20", "-1")]
    [InlineData("3903e7", "-1000")]
    [InlineData("f90000", "0.0")]
    [InlineData("f98000", "-0.0")]
    [InlineData("f93c00", "1.0")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("f97bff", "65504.0")]
    [InlineData("fa47c35000", "100000.0")]
    [InlineData("fb7e37e43c8800759c", "1.0e+300")]
    [InlineData("f90001", "5.960464477539063e-8")]
    [InlineData("f9c400", "-4.0")]
    [InlineData("f97c00", "Infinity")]
    [InlineData("f97e00", "NaN")]
    [InlineData("f9fc00", "-Infinity")]
    [InlineData("f4", "false")]
    [InlineData("f5", "true")]
    [InlineData("f6", "null")]
    [InlineData("f7", "undefined")]
    [InlineData("f0", "simple(16)")]
    [InlineData("f8ff", "simple(255)")]
    [InlineData("c11a514b67b0", "1(1363896240)")]
    [InlineData("d74401020304", "23(h'01020304')")]
    [InlineData("40", "h''")]
    [InlineData("60", "\"\"")]
    [InlineData("62225c", "\"\\\"\\\\\"")]
    [InlineData("62c3bc", "\"\u00fc\"")]
    [InlineData("80", "[]")]
    [InlineData("83010203", "[|  1,|  2,|  3|]")]
    [InlineData("8301820203820405", "[|  1,|  [|    2,|    3|  ],|  [|    4,|    5|  ]|]")]
    [InlineData("a0", "{}")]
    [InlineData("a201020304", "{|  1: 2,|  3: 4|}")]
    [InlineData("a26161016162820203", "{|  \"a\": 1,|  \"b\": [|    2,|    3|  ]|}")]
    [InlineData("5f42010243030405ff", "(_ h'0102', h'030405')")]
    [InlineData("7f657374726561646d696e67ff", "(_ \"strea\", \"ming\")")]
    [InlineData("9fff", "[_]")]
    [InlineData("9f018202039f0405ffff", "[_|  1,|  [|    2,|    3|  ],|  [_|    4,|    5|  ]|]")]
    [InlineData("bf61610161629f0203ffff", "{_|  \"a\": 1,|  \"b\": [_|    2,|    3|  ]|}")]
    [InlineData("0102", "1|2")]
    public void Everything_is_written_in_diagnostic_notation(string hex, string lines)
    {
        var document = Documents.Read("cbor", Convert.FromHexString(hex));
        Assert.Equal(lines.Split('|'), Documents.Plain(document));
        Assert.Empty(document.Note);
    }

    [Theory]
    [InlineData("an item too few", "83 01 02")]
    [InlineData("cut", "a2 61 61 01 61")]
    [InlineData("a length of exabytes", "5b 7f ff ff ff ff ff ff ff 00")]
    [InlineData("a reserved length", "1c")]
    [InlineData("an end of nothing", "ff")]
    public void What_is_damaged_is_shown_as_far_as_it_goes_and_the_rest_as_bytes(string what, string hex)
    {
        Assert.NotEmpty(what);
        var document = Documents.Read("cbor", Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal("not valid CBOR to the end", document.Note);
        for (var i = 0; i < document.LineCount; i++)
            Assert.InRange(document.EndOf(i), i, document.LineCount - 1);
    }

    [Fact]
    public void Nesting_without_end_is_read_as_deep_as_anybody_looks()
    {
        var document = Documents.Read("cbor", Enumerable.Repeat((byte)0x81, 100_000).ToArray());
        Assert.Equal("only 48 levels are read", document.Note);
        var tags = Documents.Read("cbor", Enumerable.Repeat((byte)0xc1, 100_000).ToArray());
        Assert.Equal("only 48 tags of a value are read", tags.Note);
    }

    [Fact]
    public void It_is_told_by_its_content_type_or_where_it_is_unmistakable()
    {
        Assert.Equal("cbor", Documents.Detected([0x18, 0x2a], "application/cbor"));
        Assert.Equal("cbor", Documents.Detected([0x82, 0x18, 0x2a, 0x01], "application/cbor-seq"));
        Assert.Equal("cbor", Documents.Detected([0xa1, 0x61, 0x61, 0x18, 0x2a]));
        Assert.Equal("hex", Documents.Detected([0xa1, 0x61, 0x61, 0x18]));
        Assert.Equal("text", Documents.Detected("plain"));
    }

    [Fact]
    public void Whatever_comes_breaks_nothing_and_folds_within_the_document() =>
        Gen
            .Byte.Array[0, 60]
            .Sample(
                bytes =>
                {
                    var document = Documents.Read("cbor", bytes);
                    for (var i = 0; i < document.LineCount; i++)
                    {
                        Assert.InRange(document.EndOf(i), i, document.LineCount - 1);
                        Documents.AssertHarmless(Documents.Text(document, i, isFolded: true));
                    }
                },
                iter: 20_000
            );

    [Fact]
    public void Links_stand_one_on_a_line()
    {
        const string Links = "</a>;title=\"one, two\",</b,c>;obs,</d>";
        Assert.Equal("links", Documents.Detected(Links, "application/link-format"));
        Assert.Equal(
            ["</a>;title=\"one, two\",", "</b,c>;obs,", "</d>"],
            Documents.Plain(Documents.Read("links", Links))
        );
    }
}
