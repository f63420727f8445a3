using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A text as lines.</summary>
internal sealed class TextDocumentLines : PayloadDocument
{
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly List<(int Start, int Length)> _lines;

    public TextDocumentLines(ReadOnlyMemory<byte> payload, List<(int Start, int Length)> lines)
    {
        _payload = payload;
        _lines = lines;
        Note = System.Text.Unicode.Utf8.IsValid(payload.Span) ? "" : "not UTF-8 everywhere";
    }

    /// <inheritdoc/>
    public override int LineCount => _lines.Count;

    /// <inheritdoc/>
    public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
    {
        var (start, length) = _lines[line];
        into.Add(SafeText.Line(_payload.Span.Slice(start, length), length));
    }
}
