using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;

namespace TraceMQ.Tui.Payloads;

/// <summary>Reads a SenML pack from JSON or CBOR (RFC 8428, sections 5 and 6).</summary>
internal static class SenmlReader
{
    // The labels of CBOR, from -6 on (RFC 8428, section 6).
    private static readonly string[] s_labels =
    [
        "bs",
        "bv",
        "bu",
        "bt",
        "bn",
        "bver",
        "n",
        "u",
        "v",
        "vs",
        "vb",
        "s",
        "t",
        "ut",
        "vd",
    ];

    /// <summary>The pack; null where the bytes are none.</summary>
    public static SenmlPack? Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var pack = new SenmlPack();
        try
        {
            var first = payload.Span.TrimStart(" \t\r\n"u8);
            if (first.Length > 0 && first[0] == (byte)'[')
                ReadJson(payload.Span, pack, cancellationToken);
            else
                ReadCbor(payload, pack, cancellationToken);
            return pack;
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException || CborLineBuilder.IsBadInput(exception))
        {
            return null;
        }
    }

    private static void ReadJson(ReadOnlySpan<byte> payload, SenmlPack pack, CancellationToken cancellationToken)
    {
        var reader = new Utf8JsonReader(payload);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && !pack.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Expect(reader.TokenType == JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var label = reader.GetString() ?? "";
                reader.Read();
                switch (reader.TokenType)
                {
                    case JsonTokenType.Number:
                        pack.Set(label, SenmlValue.Of(reader.GetDouble()));
                        break;
                    case JsonTokenType.String:
                        pack.Set(label, SenmlValue.Of(reader.GetString() ?? ""));
                        break;
                    case JsonTokenType.True or JsonTokenType.False:
                        pack.Set(label, SenmlValue.Of(reader.GetBoolean()));
                        break;
                    default:
                        reader.Skip();
                        pack.Set(label, default);
                        break;
                }
            }

            pack.EndRecord();
        }

        Expect(pack.IsFull || !reader.Read());
    }

    private static void ReadCbor(ReadOnlyMemory<byte> payload, SenmlPack pack, CancellationToken cancellationToken)
    {
        var reader = new CborReader(payload, CborConformanceMode.Lax);
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray && !pack.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap)
                pack.Set(LabelOf(reader), ValueOf(reader));
            reader.ReadEndMap();
            pack.EndRecord();
        }
    }

    private static string LabelOf(CborReader reader)
    {
        if (reader.PeekState() is CborReaderState.TextString)
            return reader.ReadTextString();
        var number = reader.ReadInt64() + 6;
        return number >= 0 && number < s_labels.Length
            ? s_labels[number]
            : (number - 6).ToString(CultureInfo.InvariantCulture);
    }

    private static SenmlValue ValueOf(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                return SenmlValue.Of(reader.ReadUInt64());
            case CborReaderState.NegativeInteger:
                return SenmlValue.Of(-1.0 - reader.ReadCborNegativeIntegerRepresentation());
            case CborReaderState.HalfPrecisionFloat
            or CborReaderState.SinglePrecisionFloat
            or CborReaderState.DoublePrecisionFloat:
                return SenmlValue.Of(reader.ReadDouble());
            case CborReaderState.Tag when reader.PeekTag() == CborTag.DecimalFraction:
                return SenmlValue.Of((double)reader.ReadDecimal());
            case CborReaderState.TextString:
                return SenmlValue.Of(reader.ReadTextString());
            case CborReaderState.ByteString:
                return SenmlValue.Of(reader.ReadByteString());
            case CborReaderState.Boolean:
                return SenmlValue.Of(reader.ReadBoolean());
            default:
                reader.SkipValue();
                return default;
        }
    }

    private static void Expect(bool isSo)
    {
        if (!isSo)
            throw new FormatException("no pack of SenML");
    }
}
