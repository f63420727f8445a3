using System.Text.Unicode;

namespace TraceMQ.Tui.Payloads;

/// <summary>UTF-8 text.</summary>
internal sealed class TextFormat : IPayloadFormat
{
    private const int Look = 4096;
    private const int MaximumLine = 16_384;

    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints)
    {
        var look = payload[..Math.Min(payload.Length, Look)];
        // A character may be cut at the end of what is looked at.
        for (var cut = 0; cut < 4 && look.Length < payload.Length && !Utf8.IsValid(look); cut++)
            look = look[..^1];
        if (!Utf8.IsValid(look))
            return false;
        var controls = 0;
        foreach (var value in look)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x1B) or 0x7F)
                controls++;
        }

        return controls * 20 <= look.Length;
    }

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var lines = new List<(int Start, int Length)>();
        var at = 0;
        while (at < payload.Length)
        {
            if ((lines.Count & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var end = payload.Span[at..].IndexOf((byte)'\n');
            var whole = end < 0 ? payload.Length - at : end;
            var length = Math.Min(whole, MaximumLine);
            var text =
                whole == length && length > 0 && payload.Span[at + length - 1] == (byte)'\r' ? length - 1 : length;
            lines.Add((at, text));
            at += length + (end >= 0 && length == whole ? 1 : 0);
        }

        return new TextDocumentLines(payload, lines) { Format = Name };
    }
}
