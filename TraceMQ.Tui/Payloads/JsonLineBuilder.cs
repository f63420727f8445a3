using System.Text.Json;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>Turns the tokens of a JSON text into lines, and keeps to what was written: nothing of it is left out unsaid.</summary>
internal sealed class JsonLineBuilder
{
    private const int MaximumRest = 1000;
    private const int RestLine = 4096;
    private const string ExtraComma = "a comma too many, which JSON does not allow";

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly Stack<int> _open = new();
    private (int Start, int Length) _name;
    private int _last = -1;
    private int _end;
    private bool _isAfterValue;
    private bool _hasExtraComma;

    public JsonLineBuilder(ReadOnlyMemory<byte> payload, int start)
    {
        _payload = payload;
        _end = start;
    }

    /// <summary>The lines so far.</summary>
    public ChunkedList<JsonLine> Lines { get; } = new();

    /// <summary>What the reader should know; empty where nothing is.</summary>
    public string Note { get; private set; } = "";

    /// <summary>Takes the token that was read.</summary>
    /// <param name="reader">Stands on the token.</param>
    /// <param name="offset">Where the reader's bytes begin in the payload.</param>
    public void Take(ref Utf8JsonReader reader, int offset)
    {
        var start = (int)reader.TokenStartIndex + offset;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _name = (start, reader.ValueSpan.Length + 2);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                Close(start);
                break;
            default:
                Open(reader.TokenType, start, (int)reader.BytesConsumed + offset - start);
                break;
        }
    }

    /// <summary>All tokens were read.</summary>
    public void Finish() => Note = _hasExtraComma ? ExtraComma : "";

    /// <summary>The tokens end here: what follows the last one is shown as it is.</summary>
    public void FinishWithRest(string why)
    {
        Note = _hasExtraComma ? $"{why}; {ExtraComma}" : why;
        var bytes = _payload.Span;
        while (_end < bytes.Length && bytes[_end] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _end++;
        var until = Lines.Count + MaximumRest;
        while (_end < bytes.Length && Lines.Count < until)
        {
            var length = Utf8Text.LineAt(bytes, _end, RestLine, out var next);
            Lines.Add(
                new JsonLine
                {
                    ValueStart = _end,
                    ValueLength = length,
                    Kind = JsonLineKind.Rest,
                    End = Lines.Count,
                }
            );
            _end = next;
        }

        if (_end < bytes.Length)
            Note += $"; {SizeText.Of(bytes.Length - _end)} more are not shown here, but as text";
    }

    private void Open(JsonTokenType type, int start, int length)
    {
        // Values one after another (NDJSON) have no comma between them.
        if (_isAfterValue && _open.Count > 0)
            Lines[_last].HasComma = true;
        var kind = type switch
        {
            JsonTokenType.StartObject or JsonTokenType.StartArray => JsonLineKind.Open,
            JsonTokenType.String => JsonLineKind.String,
            JsonTokenType.Number => JsonLineKind.Number,
            _ => JsonLineKind.Literal,
        };
        _last = Lines.Count;
        Lines.Add(
            new JsonLine
            {
                NameStart = _name.Start,
                NameLength = _name.Length,
                ValueStart = start,
                ValueLength = length,
                Depth = (ushort)_open.Count,
                Kind = kind,
                End = _last,
            }
        );
        if (kind == JsonLineKind.Open)
            _open.Push(_last);
        _isAfterValue = kind != JsonLineKind.Open;
        _name = default;
        _end = start + length;
    }

    private void Close(int start)
    {
        _hasExtraComma |= _isAfterValue && _payload.Span[_end..start].Contains((byte)',');
        var opened = _open.Pop();
        ref var line = ref Lines[opened];
        if (opened == Lines.Count - 1)
        {
            line.Kind = JsonLineKind.Empty;
            _last = opened;
        }
        else
        {
            _last = line.End = Lines.Count;
            Lines.Add(
                new JsonLine
                {
                    ValueStart = start,
                    ValueLength = 1,
                    Depth = (ushort)_open.Count,
                    Kind = JsonLineKind.Close,
                    End = _last,
                }
            );
        }

        _isAfterValue = true;
        _end = start + 1;
    }
}
