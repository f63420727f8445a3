using System.Text.Json;

namespace TraceMQ.Tui.Payloads;

/// <summary>JSON (RFC 8259), also several values one after another (NDJSON). Reads as far as it is valid and shows the rest as it came.</summary>
internal sealed class JsonFormat : IPayloadFormat
{
    /// <summary>More are not worth their memory: nobody reads them one by one.</summary>
    internal const int MaximumLines = 2_000_000;

    private const int Look = 512;

    private static readonly JsonReaderOptions s_options = new()
    {
        AllowMultipleValues = true,
        AllowTrailingCommas = true,
        // A skipped comment would be a part of the payload that nobody sees: with one, it is text.
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 4096,
    };

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints)
    {
        var text = payload[Utf8Text.StartOf(payload)..].TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
            return false;
        // A bracket alone proves little, as in "[info] started": what follows has to be JSON as well.
        var reader = new Utf8JsonReader(
            text[..Math.Min(text.Length, Look)],
            isFinalBlock: text.Length <= Look,
            new JsonReaderState(s_options)
        );
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return reader.BytesConsumed > 64
                || hints.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
        }
    }

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var offset = Utf8Text.StartOf(payload.Span);
        var builder = new JsonLineBuilder(payload, offset);
        var reader = new Utf8JsonReader(payload.Span[offset..], isFinalBlock: true, new JsonReaderState(s_options));
        try
        {
            while (reader.Read())
            {
                if (builder.Lines.Count == MaximumLines)
                {
                    builder.FinishWithRest($"only the first {MaximumLines:N0} lines are read as JSON");
                    break;
                }

                if ((builder.Lines.Count & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                builder.Take(ref reader, offset);
            }

            if (builder.Note.Length == 0)
                builder.Finish();
        }
        catch (JsonException)
        {
            builder.FinishWithRest("not valid JSON to the end");
        }

        return new JsonDocumentLines(payload, builder.Lines, builder.Note) { Format = Name };
    }
}
