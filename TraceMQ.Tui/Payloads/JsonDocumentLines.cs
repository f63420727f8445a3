using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A JSON document as lines. Numbers and escapes are shown as they were written, byte for byte.</summary>
internal sealed class JsonDocumentLines : PayloadDocument
{
    private const int MaximumValue = 4096;
    private const int MaximumIndent = 40;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly ChunkedList<JsonLine> _lines;

    public JsonDocumentLines(ReadOnlyMemory<byte> payload, ChunkedList<JsonLine> lines, string note)
    {
        _payload = payload;
        _lines = lines;
        Note = note;
    }

    /// <inheritdoc/>
    public override int LineCount => _lines.Count;

    /// <inheritdoc/>
    public override int DepthOf(int line) => _lines[line].Depth;

    /// <inheritdoc/>
    public override int EndOf(int line) => _lines[line].End;

    /// <inheritdoc/>
    public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into) =>
        Write(line, isFolded, glyphs, MaximumValue, into);

    /// <inheritdoc/>
    public override void WriteWhole(int line, StyledLine into) =>
        Write(line, isFolded: false, Glyphs.Ascii, int.MaxValue, into);

    private void Write(int line, bool isFolded, Glyphs glyphs, int maximum, StyledLine into)
    {
        var json = _lines[line];
        into.Add(new string(' ', Math.Min((int)json.Depth, MaximumIndent) * 2));
        if (json.NameLength > 0)
        {
            Raw(into, json.NameStart, json.NameLength, Tone.Key, maximum, glyphs);
            into.Add(": ");
        }

        var isObject = _payload.Span[json.ValueStart] == (byte)'{';
        switch (json.Kind)
        {
            case JsonLineKind.Open:
                into.Add(isObject ? "{" : "[");
                if (isFolded)
                    WriteFolded(line, isObject, glyphs, into);
                return;
            case JsonLineKind.Empty:
                into.Add(isObject ? "{}" : "[]");
                break;
            default:
                Raw(into, json.ValueStart, json.ValueLength, ToneOf(json.Kind), maximum, glyphs);
                break;
        }

        if (json.HasComma)
            into.Add(",");
    }

    private void WriteFolded(int line, bool isObject, Glyphs glyphs, StyledLine into)
    {
        var end = _lines[line].End;
        var hidden = end - line - 1;
        into.Add($" {glyphs.More} ", Tone.Dim).Add(isObject ? "}" : "]").Add(_lines[end].HasComma ? "," : "");
        into.Add(hidden == 1 ? "  1 line" : $"  {hidden} lines", Tone.Dim);
    }

    private static Tone ToneOf(JsonLineKind kind) =>
        kind switch
        {
            JsonLineKind.String => Tone.String,
            JsonLineKind.Number => Tone.Number,
            JsonLineKind.Literal => Tone.Literal,
            JsonLineKind.Rest => Tone.Error,
            _ => Tone.Normal,
        };

    private void Raw(StyledLine into, int start, int length, Tone tone, int maximum, Glyphs glyphs)
    {
        var bytes = _payload.Span.Slice(start, length);
        if (length <= maximum)
        {
            into.Add(SafeText.Line(bytes, length), tone);
            return;
        }

        into.Add(SafeText.Line(Utf8Text.WithoutCutCharacter(bytes[..maximum]), maximum), tone)
            .Add($"{glyphs.More} {SizeText.Of(length)}", Tone.Dim);
    }
}
