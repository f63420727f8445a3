using System.Formats.Cbor;
using System.Text;
using TraceMQ.Tui.Payloads;

namespace TraceMQ.Tests.Payloads;

/// <summary>SenML (RFC 8428) is shown resolved.</summary>
public sealed class SenmlFormatTests
{
    // RFC 8428, section 5.1.3.
    private const string Several = """
        [
          {"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
          {"u":"lon","v":24.30621},
          {"u":"lat","v":60.07965},
          {"t":60,"v":20.3},
          {"u":"lon","t":60,"v":24.30622}
        ]
        """;

    [Fact]
    public void Base_fields_hold_for_all_that_follow() =>
        Assert.Equal(
            [
                "urn:dev:ow:10e2073a01080063  20 %RH        2011-10-31T13:24:24Z",
                "urn:dev:ow:10e2073a01080063  24.30621 lon  2011-10-31T13:24:24Z",
                "urn:dev:ow:10e2073a01080063  60.07965 lat  2011-10-31T13:24:24Z",
                "urn:dev:ow:10e2073a01080063  20.3 %RH      2011-10-31T13:25:24Z",
                "urn:dev:ow:10e2073a01080063  24.30622 lon  2011-10-31T13:25:24Z",
            ],
            Plain(Several)
        );

    [Fact]
    public void Every_kind_of_value_is_shown() =>
        // RFC 8428, section 5.1.4, and the sums and update times of section 4.2.
        Assert.Equal(
            [
                "urn:dev:ow:10e2073a01080063:temp   23.1 Cel",
                "urn:dev:ow:10e2073a01080063:label  Machine Room",
                "urn:dev:ow:10e2073a01080063:open   false",
                "urn:dev:ow:10e2073a01080063:nfc    6869200a",
                "urn:dev:ow:10e2073a01080063:power  J             sum 12.5, 5 s ago, next within 10 s",
            ],
            Plain(
                """
                [
                  {"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
                  {"n":"label","vs":"Machine Room"},
                  {"n":"open","vb":false},
                  {"n":"nfc","vd":"aGkgCg"},
                  {"n":"power","u":"J","s":12.5,"t":-5,"ut":10}
                ]
                """
            )
        );

    [Fact]
    public void Base_values_and_sums_are_added_without_noise() =>
        Assert.Equal(
            ["a  23.3", "a  20.5  sum 105"],
            Plain("""[{"bn":"a","bv":20.1,"v":3.2},{"v":0.4,"bs":100,"s":5}]""")
        );

    [Fact]
    public void CBOR_says_the_same_with_numbers_for_labels()
    {
        var writer = new CborWriter();
        writer.WriteStartArray(2);
        writer.WriteStartMap(3);
        writer.WriteInt32(-2);
        writer.WriteTextString("dev:");
        writer.WriteInt32(-4);
        writer.WriteTextString("Cel");
        writer.WriteInt32(-3);
        writer.WriteInt64(1_320_067_464);
        writer.WriteEndMap();
        writer.WriteStartMap(3);
        writer.WriteInt32(0);
        writer.WriteTextString("temp");
        writer.WriteInt32(2);
        writer.WriteDouble(-23.5);
        writer.WriteInt32(6);
        writer.WriteInt32(-60);
        writer.WriteEndMap();
        writer.WriteEndArray();

        Assert.Equal(["dev:temp  -23.5 Cel  2011-10-31T13:23:24Z"], Plain(writer.Encode(), "application/senml+cbor"));
    }

    [Theory]
    [InlineData("""[{"n":"a","v":1},{"must_":1,"n":"b","v":2}]""")]
    [InlineData("""[{"n":"a","v":"one"}]""")]
    [InlineData("""[{"n":"a","v":1}""")]
    [InlineData("""[1]""")]
    public void What_is_no_pack_is_shown_as_it_is(string damaged)
    {
        var document = Read(Encoding.UTF8.GetBytes(damaged), "application/senml+json");
        Assert.NotEqual("senml", document.Format);
        Assert.Equal(damaged.Length, string.Concat(document.Plain(100)).Count(character => character != ' '));
    }

    [Fact]
    public void JSON_without_the_hint_stays_JSON() =>
        Assert.Equal("json", PayloadFormats.Detect(Encoding.UTF8.GetBytes(Several), new PayloadHints()).Name);

    private static IReadOnlyList<string> Plain(string json) =>
        Plain(Encoding.UTF8.GetBytes(json), "application/senml+json");

    private static IReadOnlyList<string> Plain(byte[] payload, string type)
    {
        var document = Read(payload, type);
        Assert.Equal("senml", document.Format);
        return [.. document.Plain(100).Select(line => line.TrimEnd())];
    }

    private static PayloadDocument Read(byte[] payload, string type) =>
        PayloadFormats.Detect(payload, new PayloadHints(type)).Read(payload, CancellationToken.None);
}
