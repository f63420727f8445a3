using System.Text.Json;

namespace TraceMQ.Tui.Payloads;

/// <summary>JSON (RFC 8259), also several values one after another (NDJSON). Reads as far as it is valid and shows the rest as it came.</summary>
internal sealed class JsonFormat : IPayloadFormat
{
    private const int Look = 512;

    private static readonly JsonReaderOptions s_options = new()
    {
        AllowMultipleValues = true,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 4096,
    };

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints)
    {
        var text = payload.TrimStart(" \t\r\n"u8);
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
        var lines = new List<JsonLine>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(payload.Span, isFinalBlock: true, new JsonReaderState(s_options));
        var note = "";
        var name = (Start: 0, Length: 0);
        var isAfterValue = false;
        try
        {
            while (reader.Read())
            {
                if ((lines.Count & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                var start = (int)reader.TokenStartIndex;
                var length = (int)reader.BytesConsumed - start;
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = (start, reader.ValueSpan.Length + 2);
                    continue;
                }

                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    Close(lines, open, start);
                    isAfterValue = true;
                    continue;
                }

                if (isAfterValue && open.Count > 0)
                    Comma(lines);
                Add(lines, open, reader.TokenType, name, start, length);
                isAfterValue = reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
                name = default;
            }
        }
        catch (JsonException)
        {
            note = "not valid JSON to the end";
            Rest(lines, payload, (int)reader.BytesConsumed);
        }

        return new JsonDocumentLines(payload, lines, note) { Format = Name };
    }

    private static void Add(
        List<JsonLine> lines,
        Stack<int> open,
        JsonTokenType type,
        (int Start, int Length) name,
        int start,
        int length
    )
    {
        var kind = type switch
        {
            JsonTokenType.StartObject or JsonTokenType.StartArray => JsonLineKind.Open,
            JsonTokenType.String => JsonLineKind.String,
            JsonTokenType.Number => JsonLineKind.Number,
            _ => JsonLineKind.Literal,
        };
        lines.Add(
            new JsonLine
            {
                NameStart = name.Start,
                NameLength = name.Length,
                ValueStart = start,
                ValueLength = length,
                Depth = (ushort)open.Count,
                Kind = kind,
                End = lines.Count,
            }
        );
        if (kind == JsonLineKind.Open)
            open.Push(lines.Count - 1);
    }

    private static void Close(List<JsonLine> lines, Stack<int> open, int start)
    {
        var opened = open.Pop();
        var line = lines[opened];
        if (opened == lines.Count - 1)
        {
            lines[opened] = line with { Kind = JsonLineKind.Empty };
            return;
        }

        lines[opened] = line with { End = lines.Count };
        lines.Add(
            new JsonLine
            {
                ValueStart = start,
                ValueLength = 1,
                Depth = line.Depth,
                Kind = JsonLineKind.Close,
                End = lines.Count,
            }
        );
    }

    private static void Comma(List<JsonLine> lines) => lines[^1] = lines[^1] with { HasComma = true };

    private static void Rest(List<JsonLine> lines, ReadOnlyMemory<byte> payload, int from)
    {
        if (from < payload.Length)
            lines.Add(
                new JsonLine
                {
                    ValueStart = from,
                    ValueLength = Math.Min(payload.Length - from, 2048),
                    Kind = JsonLineKind.Rest,
                    End = lines.Count,
                }
            );
    }
}
