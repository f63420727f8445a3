using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A CBOR document as lines.</summary>
internal sealed class CborDocumentLines : PayloadDocument
{
    private const int MaximumIndent = 40;
    private readonly IReadOnlyList<CborLine> _lines;

    public CborDocumentLines(IReadOnlyList<CborLine> lines, string note)
    {
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
        var cbor = _lines[line];
        into.Add(new string(' ', Math.Min(cbor.Depth, MaximumIndent) * 2));
        if (cbor.Label.Length > 0)
            into.Add(SafeText.Line(cbor.Label, int.MaxValue), Tone.Key);
        into.Add(SafeText.Line(cbor.Text, int.MaxValue), cbor.Tone);
        if (isFolded && cbor.End > line)
        {
            var hidden = cbor.End - line - 1;
            into.Add($" {glyphs.More} ", Tone.Dim)
                .Add(SafeText.Line(_lines[cbor.End].Text, int.MaxValue))
                .Add(_lines[cbor.End].Suffix);
            into.Add(hidden == 1 ? "  1 line" : $"  {hidden} lines", Tone.Dim);
        }
        else
            into.Add(cbor.Suffix);
    }
}
