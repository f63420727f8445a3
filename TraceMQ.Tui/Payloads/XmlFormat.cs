using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>
/// XML, a tag a line. It is shown as it was written: nothing is resolved, so that a document type can neither fetch a file nor grow an
/// entity to gigabytes.
/// </summary>
internal sealed class XmlFormat : IPayloadFormat
{
    /// <inheritdoc/>
    public string Name => "xml";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints)
    {
        const int look = 512;
        var text = payload[Utf8Text.StartOf(payload)..].Trim(" \t\r\n"u8);
        if (
            text.Length < 4
            || text[0] != (byte)'<'
            || !Utf8Text.IsReadable(text[..Math.Min(look, text.Length)], text.Length <= look)
        )
            return false;
        return text.StartsWith("<?xml"u8)
            || (
                XmlLineBuilder.IsNameStart(text[1])
                && (
                    text[^1] == (byte)'>'
                    || hints.ContentType?.Contains("xml", StringComparison.OrdinalIgnoreCase) == true
                )
            );
    }

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var builder = new XmlLineBuilder(payload);
        while (builder.TakeNext())
        {
            if ((builder.Lines.Count & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }

        return new Document(payload, builder.Lines, builder.Note) { Format = Name };
    }

    private sealed class Document : PayloadDocument
    {
        private const int MaximumValue = 4096;
        private const int MaximumIndent = 40;

        private readonly ReadOnlyMemory<byte> _payload;
        private readonly ChunkedList<XmlLine> _lines;

        public Document(ReadOnlyMemory<byte> payload, ChunkedList<XmlLine> lines, string note)
        {
            _payload = payload;
            _lines = lines;
            Note = note;
        }

        public override int LineCount => _lines.Count;

        public override int DepthOf(int line) => _lines[line].Depth;

        public override int EndOf(int line) => _lines[line].End;

        public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
        {
            WriteLine(line, MaximumValue, glyphs, into);
            if (!isFolded)
                return;
            var end = _lines[line].End;
            var hidden = end - line - 1;
            into.Add($" {glyphs.More} ", Tone.Dim);
            Add(into, Bytes(_lines[end]), XmlLineKind.Close, MaximumValue, glyphs);
            into.Add(hidden == 1 ? "  1 line" : $"  {hidden} lines", Tone.Dim);
        }

        public override void WriteWhole(int line, StyledLine into) => WriteLine(line, int.MaxValue, Glyphs.Ascii, into);

        private void WriteLine(int line, int maximum, Glyphs glyphs, StyledLine into)
        {
            var xml = _lines[line];
            into.Add(new string(' ', Math.Min((int)xml.Depth, MaximumIndent) * 2));
            var bytes = Bytes(xml);
            if (xml.Kind != XmlLineKind.Element)
            {
                Add(into, bytes, xml.Kind, maximum, glyphs);
                return;
            }

            // A small element stands on one line with what is in it.
            var tag = XmlLineBuilder.EndOfTag(bytes);
            var close = bytes.LastIndexOf("</"u8);
            Add(into, bytes[..tag], XmlLineKind.Element, maximum, glyphs);
            if (close < tag)
                return;
            Add(into, bytes[tag..close], XmlLineKind.Text, maximum, glyphs);
            Add(into, bytes[close..], XmlLineKind.Close, maximum, glyphs);
        }

        private ReadOnlySpan<byte> Bytes(XmlLine xml) => _payload.Span.Slice(xml.Start, xml.Length);

        private static void Add(StyledLine into, ReadOnlySpan<byte> bytes, XmlLineKind kind, int maximum, Glyphs glyphs)
        {
            var tone = kind switch
            {
                XmlLineKind.Element or XmlLineKind.Close => Tone.Key,
                XmlLineKind.Aside => Tone.Dim,
                XmlLineKind.Rest => Tone.Error,
                _ => Tone.Normal,
            };
            if (bytes.Length <= maximum)
                into.Add(SafeText.Line(bytes, bytes.Length), tone);
            else
                into.Add(SafeText.Line(Utf8Text.WithoutCutCharacter(bytes[..maximum]), maximum), tone)
                    .Add($"{glyphs.More} {SizeText.Of(bytes.Length)}", Tone.Dim);
        }
    }
}
