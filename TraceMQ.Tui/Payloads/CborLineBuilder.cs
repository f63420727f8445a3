using System.Formats.Cbor;
using System.Globalization;
using System.Numerics;
using System.Text;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>Makes the lines of a CBOR document (RFC 8949, section 8). Bounded in depth, in lines and in the length of each.</summary>
internal sealed class CborLineBuilder
{
    /// <summary>More are not worth their memory.</summary>
    internal const int MaximumLines = 100_000;

    // The library itself stops at 64.
    private const int MaximumDepth = 48;
    private const int MaximumText = 4096;
    private const int MaximumBytes = 1024;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly CborReader _reader;
    private readonly CancellationToken _cancellationToken;

    public CborLineBuilder(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        _payload = payload;
        _cancellationToken = cancellationToken;
        _reader = new CborReader(payload, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
    }

    public List<CborLine> Lines { get; } = [];

    /// <summary>What the reader should know; empty where nothing is.</summary>
    public string Note { get; private set; } = "";

    /// <summary>True for what the library throws for bytes that are no CBOR.</summary>
    public static bool IsBadInput(Exception exception) =>
        exception is CborContentException or InvalidOperationException or OverflowException or ArgumentException;

    public void Read()
    {
        try
        {
            while (_reader.BytesRemaining > 0)
                Value(0, "");
        }
        catch (Exception exception) when (IsBadInput(exception))
        {
            Rest("not valid CBOR to the end");
        }
        catch (TooMuchException exception)
        {
            Rest(exception.Message);
        }
    }

    private void Rest(string note)
    {
        Note = note;
        // What was opened and not closed ends where the reading did.
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines[i].End < 0)
                Lines[i] = Lines[i] with { End = Lines.Count - 1 };
        }

        var rest = _payload.Span[^_reader.BytesRemaining..];
        if (rest.Length > 0)
            Lines.Add(new CborLine(0, Lines.Count, "", $"unread: {Hex(rest)}", Tone.Error, ""));
    }

    private void Value(int depth, string label)
    {
        if (depth > MaximumDepth)
            throw new TooMuchException($"only {MaximumDepth} levels are read");
        if (Lines.Count >= MaximumLines)
            throw new TooMuchException($"only the first {MaximumLines:N0} lines are read");
        _cancellationToken.ThrowIfCancellationRequested();
        var prefix = "";
        var suffix = "";
        for (var tags = 0; _reader.PeekState() == CborReaderState.Tag; tags++)
        {
            if (tags == MaximumDepth)
                throw new TooMuchException($"only {MaximumDepth} tags of a value are read");
            prefix += $"{(ulong)_reader.ReadTag()}(";
            suffix += ")";
        }

        switch (_reader.PeekState())
        {
            case CborReaderState.StartMap:
                Container(depth, label, prefix, suffix, isMap: true);
                break;
            case CborReaderState.StartArray:
                Container(depth, label, prefix, suffix, isMap: false);
                break;
            default:
                var (text, tone) = Scalar();
                Lines.Add(new CborLine(depth, Lines.Count, label + prefix, text, tone, suffix));
                break;
        }
    }

    private void Container(int depth, string label, string prefix, string suffix, bool isMap)
    {
        var length = isMap ? _reader.ReadStartMap() : _reader.ReadStartArray();
        var end = isMap ? CborReaderState.EndMap : CborReaderState.EndArray;
        var opening = (isMap ? "{" : "[") + (length is null ? "_" : "");
        var closing = isMap ? "}" : "]";
        var open = Lines.Count;
        if (_reader.PeekState() == end)
        {
            ReadEnd(isMap);
            Lines.Add(new CborLine(depth, open, label + prefix, opening + closing, Tone.Normal, suffix));
            return;
        }

        Lines.Add(new CborLine(depth, -1, label + prefix, opening, Tone.Normal, ""));
        while (_reader.PeekState() != end)
        {
            Value(depth + 1, isMap ? Key() + ": " : "");
            if (_reader.PeekState() != end)
                Lines[^1] = Lines[^1] with { Suffix = Lines[^1].Suffix + "," };
        }

        ReadEnd(isMap);
        Lines[open] = Lines[open] with { End = Lines.Count };
        Lines.Add(new CborLine(depth, Lines.Count, "", closing, Tone.Normal, suffix));
    }

    private void ReadEnd(bool isMap)
    {
        if (isMap)
            _reader.ReadEndMap();
        else
            _reader.ReadEndArray();
    }

    // A key that is itself a map or an array is rare: its bytes do.
    private string Key() =>
        _reader.PeekState() is CborReaderState.StartMap or CborReaderState.StartArray or CborReaderState.Tag
            ? $"<<{Hex(_reader.ReadEncodedValue().Span)}>>"
            : Scalar().Text;

    private (string Text, Tone Tone) Scalar() =>
        _reader.PeekState() switch
        {
            CborReaderState.UnsignedInteger => (
                _reader.ReadUInt64().ToString(CultureInfo.InvariantCulture),
                Tone.Number
            ),
            CborReaderState.NegativeInteger => (
                (-1 - (BigInteger)_reader.ReadCborNegativeIntegerRepresentation()).ToString(
                    CultureInfo.InvariantCulture
                ),
                Tone.Number
            ),
            CborReaderState.HalfPrecisionFloat
            or CborReaderState.SinglePrecisionFloat
            or CborReaderState.DoublePrecisionFloat => (Number(_reader.ReadDouble()), Tone.Number),
            CborReaderState.TextString => (Quoted(_reader.ReadTextString()), Tone.String),
            CborReaderState.StartIndefiniteLengthTextString => (Chunks(isText: true), Tone.String),
            CborReaderState.ByteString => (Hex(_reader.ReadByteString()), Tone.Number),
            CborReaderState.StartIndefiniteLengthByteString => (Chunks(isText: false), Tone.Number),
            CborReaderState.Boolean => (_reader.ReadBoolean() ? "true" : "false", Tone.Number),
            CborReaderState.Null => (ReadNull(), Tone.Dim),
            _ => (Simple(), Tone.Dim),
        };

    private string ReadNull()
    {
        _reader.ReadNull();
        return "null";
    }

    private string Simple()
    {
        var value = (int)_reader.ReadSimpleValue();
        return value == (int)CborSimpleValue.Undefined ? "undefined" : $"simple({value})";
    }

    private string Chunks(bool isText)
    {
        var text = new StringBuilder("(_");
        if (isText)
            _reader.ReadStartIndefiniteLengthTextString();
        else
            _reader.ReadStartIndefiniteLengthByteString();
        var end = isText
            ? CborReaderState.EndIndefiniteLengthTextString
            : CborReaderState.EndIndefiniteLengthByteString;
        for (var isFirst = true; _reader.PeekState() != end; isFirst = false)
        {
            var chunk = isText ? Quoted(_reader.ReadTextString()) : Hex(_reader.ReadByteString());
            if (text.Length < MaximumText)
                text.Append(isFirst ? " " : ", ").Append(chunk);
        }

        if (isText)
            _reader.ReadEndIndefiniteLengthTextString();
        else
            _reader.ReadEndIndefiniteLengthByteString();
        return text.Append(')').ToString();
    }

    private static string Quoted(string text)
    {
        var cut = text.Length <= MaximumText ? text : text[..MaximumText];
        var quoted =
            "\""
            + cut.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            + "\"";
        return text.Length <= MaximumText ? quoted : $"{quoted} ({text.Length:N0} characters)";
    }

    private static string Hex(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= MaximumBytes
            ? $"h'{Convert.ToHexStringLower(bytes)}'"
            : $"h'{Convert.ToHexStringLower(bytes[..MaximumBytes])}' ({SizeText.Of(bytes.Length)})";

    /// <summary>As the RFC writes numbers: always with a point, and an exponent without zeros before it.</summary>
    private static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN"
                : value > 0 ? "Infinity"
                : "-Infinity";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = at < 0 ? text : text[..at];
        if (!mantissa.Contains('.', StringComparison.Ordinal))
            mantissa += ".0";
        if (at < 0)
            return mantissa;
        var sign = text[at + 1];
        return $"{mantissa}e{sign}{text[(at + 2)..].TrimStart('0')}";
    }

    /// <summary>It is CBOR, and more of it than is shown.</summary>
    private sealed class TooMuchException(string message) : Exception(message);
}

/// <summary>A line of a CBOR document. Its texts are untrusted.</summary>
/// <param name="Depth">From 0.</param>
/// <param name="End">The line that closes what it opens; itself where it opens nothing.</param>
/// <param name="Label">The key and the tags before the value.</param>
/// <param name="Text">The value.</param>
/// <param name="Tone">The value's.</param>
/// <param name="Suffix">What closes tags, and the comma.</param>
internal readonly record struct CborLine(int Depth, int End, string Label, string Text, Tone Tone, string Suffix);
