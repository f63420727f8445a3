using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A JSON document as lines. Numbers and escapes are shown as they were written, byte for byte.</summary>
internal sealed class JsonDocumentLines : PayloadDocument
{
    private const int MaximumValue = 4096;
    private const int MaximumIndent = 40;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly List<JsonLine> _lines;

    public JsonDocumentLines(ReadOnlyMemory<byte> payload, List<JsonLine> lines, string note)
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
    public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
    {
        var json = _lines[line];
        into.Add(new string(' ', Math.Min((int)json.Depth, MaximumIndent) * 2));
        if (json.NameLength > 0)
            into.Add(Raw(json.NameStart, json.NameLength), Tone.Key).Add(": ");
        switch (json.Kind)
        {
            case JsonLineKind.Open:
                var isObject = _payload.Span[json.ValueStart] == (byte)'{';
                into.Add(isObject ? "{" : "[");
                if (isFolded)
                {
                    into.Add($" {glyphs.More} ", Tone.Dim).Add(isObject ? "}" : "]");
                    into.Add(_lines[json.End].HasComma ? "," : "").Add($"  {json.End - line - 1} lines", Tone.Dim);
                }

                break;
            case JsonLineKind.Empty:
                into.Add(_payload.Span[json.ValueStart] == (byte)'{' ? "{}" : "[]");
                break;
            default:
                into.Add(Raw(json.ValueStart, json.ValueLength), ToneOf(json.Kind));
                break;
        }

        if (json.HasComma && json.Kind != JsonLineKind.Open)
            into.Add(",");
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

    private string Raw(int start, int length) => SafeText.Line(_payload.Span.Slice(start, length), MaximumValue);
}
