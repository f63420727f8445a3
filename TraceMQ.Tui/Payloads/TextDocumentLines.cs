using System.Text.Unicode;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A text as lines.</summary>
internal sealed class TextDocumentLines : PayloadDocument
{
    /// <summary>A longer line goes on in the next one.</summary>
    internal const int MaximumLine = 16_384;

    // The place of each line of a long text would cost as much as the text: only some are kept, and the others found from there.
    private const int Stride = 32;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly List<int> _places;

    private TextDocumentLines(ReadOnlyMemory<byte> payload, List<int> places, int count)
    {
        _payload = payload;
        _places = places;
        LineCount = count;
        Note = Utf8.IsValid(payload.Span) ? "" : "not UTF-8 everywhere";
    }

    /// <inheritdoc/>
    public override int LineCount { get; }

    /// <summary>Finds the lines.</summary>
    public static TextDocumentLines Read(
        ReadOnlyMemory<byte> payload,
        string format,
        CancellationToken cancellationToken
    )
    {
        var places = new List<int>();
        var count = 0;
        for (var at = Utf8Text.StartOf(payload.Span); at < payload.Length; count++)
        {
            if (count % Stride == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                places.Add(at);
            }

            Utf8Text.LineAt(payload.Span, at, MaximumLine, out at);
        }

        return new TextDocumentLines(payload, places, count) { Format = format };
    }

    /// <inheritdoc/>
    public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
    {
        var at = _places[line / Stride];
        for (var skipped = 0; skipped < line % Stride; skipped++)
            Utf8Text.LineAt(_payload.Span, at, MaximumLine, out at);
        var length = Utf8Text.LineAt(_payload.Span, at, MaximumLine, out _);
        into.Add(SafeText.Line(_payload.Span.Slice(at, length), length));
    }
}
