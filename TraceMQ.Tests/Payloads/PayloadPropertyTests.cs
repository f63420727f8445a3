using System.Text;
using System.Text.Json;
using CsCheck;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Payloads;

/// <summary>What holds for any bytes.</summary>
public sealed class PayloadPropertyTests
{
    private static readonly Gen<byte[]> s_anyBytes = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Gen.String[Gen.Char, 0, 100].Select(Encoding.UTF8.GetBytes),
        Pieces(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "1",
            "-",
            "true",
            " ",
            "\n",
            "\r",
            "\u202E",
            "\uD83D\uDE42",
            "\u0301"
        ),
        Pieces(
            "<",
            ">",
            "/",
            "a",
            "<a>",
            "</a>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
            "?>",
            "<!",
            "'",
            "\"",
            " ",
            "\n",
            "\u200B"
        ),
        Pieces(
            "[",
            "{",
            "\"bn\":\"a\"",
            "\"n\":\"b\"",
            "\"v\":1e300",
            "\"bt\":1.3e9",
            "\"t\":-5",
            "\"vd\":\"aGk\"",
            "\"s\":1",
            ",",
            "}",
            "]"
        ),
        Gen.Byte.Array[0, 40].Select(bytes => (byte[])[0x1F, 0x8B, 8, 0, .. bytes]),
        Gen.Byte.Array[0, 40].Select(bytes => (byte[])[0x78, 0x9C, .. bytes])
    );

    private static readonly Gen<string> s_json = Value(3);

    [Fact]
    public void No_format_throws_and_none_writes_what_could_harm_a_terminal() =>
        s_anyBytes.Sample(
            payload =>
            {
                foreach (var format in PayloadFormats.All)
                {
                    format.IsLikely(payload, new PayloadHints("application/json"));
                    AssertSound(format.Read(payload, CancellationToken.None));
                }

                var line = new StyledLine();
                PayloadPreview.Write(
                    line,
                    payload.AsSpan(0, Math.Min(payload.Length, 30)),
                    payload.Length,
                    Glyphs.Ascii
                );
                Documents.AssertHarmless(line.Plain);
            },
            iter: 5000
        );

    [Fact]
    public void Printed_JSON_is_the_same_JSON() =>
        s_json.Sample(
            json =>
            {
                var document = Documents.Read("json", json);
                var printed = string.Join('\n', Documents.Plain(document));
                Assert.Equal("", document.Note);
                Assert.Equal(Normal(json), Normal(printed));
                if (json[0] is '{' or '[')
                    Assert.Equal("json", Documents.Detected(json));
            },
            iter: 2000
        );

    [Fact]
    public void A_JSON_text_that_is_cut_or_damaged_loses_no_character() =>
        Gen.Select(s_json, Gen.Int[0, 500], Gen.Char["{}[],:\"x1 "])
            .Sample(
                (json, at, replacement) =>
                {
                    at %= json.Length;
                    foreach (var damaged in (string[])[json[..at], json[..at] + replacement + json[(at + 1)..]])
                    {
                        var document = Documents.Read("json", damaged);
                        if (!document.Note.Contains("a comma too many", StringComparison.Ordinal))
                            Assert.Equal(WithoutSpace(damaged), WithoutSpace(string.Concat(Documents.Plain(document))));
                    }
                },
                iter: 2000
            );

    [Fact]
    public void Folding_shows_each_line_once_and_hides_only_what_a_folded_line_opens() =>
        Gen.Select(s_json, Gen.Int[1, 4], Gen.Int[0, 20])
            .Sample(
                (json, level, toggled) =>
                {
                    var document = Documents.Read("json", json);
                    var folds = new FoldState { Level = level }.Toggle(toggled);
                    var visible = folds.VisibleLines(document);
                    var expected = Enumerable
                        .Range(0, document.LineCount)
                        .Where(line =>
                            !Enumerable
                                .Range(0, line)
                                .Any(above => document.EndOf(above) >= line && folds.IsFolded(document, above))
                        );
                    Assert.Equal(expected, visible);
                },
                iter: 1000
            );

    private static void AssertSound(PayloadDocument document)
    {
        var line = new StyledLine();
        for (var i = 0; i < document.LineCount; i++)
        {
            Assert.InRange(document.EndOf(i), i, document.LineCount - 1);
            document.Write(i, document.EndOf(i) != i, Glyphs.Unicode, line.Clear());
            Documents.AssertHarmless(line.Plain);
        }

        foreach (var plain in Documents.Plain(document))
            Documents.AssertHarmless(plain);
        Documents.AssertHarmless(document.Note);
    }

    private static Gen<byte[]> Pieces(params string[] pieces) =>
        OneOf(pieces).List[0, 40].Select(list => Encoding.UTF8.GetBytes(string.Concat(list)));

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static Gen<string> Value(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Int.Select(value => value.ToString()),
            Gen.Double[-1e9, 1e9].Select(value => value.ToString()),
            Text(),
            OneOf("true", "false", "null", "\"\\ud800\"", "1.50e+10", "{ }", "[ ]")
        );
        if (depth == 0)
            return leaf;
        var inner = Value(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.List[0, 5].Select(items => $"[{string.Join(" , ", items)}]"),
            Gen.Select(Text(), inner)
                .List[0, 5]
                .Select(items => $"{{{string.Join(",\n", items.Select(item => $"{item.Item1} : {item.Item2}"))}}}")
        );
    }

    private static Gen<string> Text() =>
        Gen.String[Gen.Char[' ', '~'], 0, 12].Select(text => $"\"{JsonEncodedText.Encode(text)}\"");

    private static string Normal(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var tokens = new StringBuilder();
        while (reader.Read())
            tokens.Append(reader.TokenType).Append(' ').Append(Encoding.UTF8.GetString(reader.ValueSpan)).Append('\n');
        return tokens.ToString();
    }

    private static string WithoutSpace(string text) =>
        string.Concat(text.Where(character => character is not (' ' or '\n' or '\r' or '\t' or '\u240A')));
}
