using System.Globalization;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>Bytes in hexadecimal, sixteen a line, with what of them is ASCII beside.</summary>
internal sealed class HexFormat : IPayloadFormat
{
    /// <inheritdoc/>
    public string Name => "hex";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints) => true;

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        new Lines(payload) { Format = Name };

    private sealed class Lines(ReadOnlyMemory<byte> payload) : PayloadDocument
    {
        private const int PerLine = 16;

        public override int LineCount => (payload.Length + PerLine - 1) / PerLine;

        public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
        {
            var start = line * PerLine;
            var bytes = payload.Span.Slice(start, Math.Min(PerLine, payload.Length - start));
            into.Add(start.ToString("x6", CultureInfo.InvariantCulture) + "  ", Tone.Dim);
            for (var i = 0; i < PerLine; i++)
            {
                var gap = i == PerLine / 2 ? " " : "";
                into.Add(
                    i < bytes.Length ? $"{gap}{bytes[i]:x2} " : gap + "   ",
                    i < bytes.Length && bytes[i] == 0 ? Tone.Dim : Tone.Number
                );
            }

            into.Add(" ");
            foreach (var value in bytes)
                into.Add(
                    value is >= 0x20 and < 0x7F ? ((char)value).ToString() : ".",
                    value is >= 0x20 and < 0x7F ? Tone.Normal : Tone.Dim
                );
        }
    }
}
