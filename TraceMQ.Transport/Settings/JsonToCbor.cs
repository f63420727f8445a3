using System.Formats.Cbor;
using System.Text.Json;

namespace TraceMQ.Transport.Settings;

/// <summary>JSON as the CBOR that means the same (RFC 8949, section 6.2).</summary>
internal static class JsonToCbor
{
    private const int MaximumDepth = 64;

    /// <exception cref="TransportException">It is no JSON.</exception>
    public static byte[] Convert(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            var writer = new CborWriter(CborConformanceMode.Lax);
            Write(writer, document.RootElement);
            return writer.Encode();
        }
        catch (JsonException exception)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"The payload is no JSON that could become CBOR: {exception.Message.Split('.')[0]}. Mend it, or take another encoding.",
                exception
            );
        }
    }

    private static void Write(CborWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartMap(element.GetPropertyCount());
                foreach (var property in element.EnumerateObject())
                {
                    writer.WriteTextString(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndMap();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteTextString(element.GetString()!);
                break;
            case JsonValueKind.Number:
                WriteNumber(writer, element);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBoolean(element.GetBoolean());
                break;
            default:
                writer.WriteNull();
                break;
        }
    }

    private static void WriteNumber(CborWriter writer, JsonElement element)
    {
        if (element.TryGetInt64(out var integer))
            writer.WriteInt64(integer);
        else if (element.TryGetUInt64(out var large))
            writer.WriteUInt64(large);
        else if (element.GetDouble() is var number && (float)number == number)
            writer.WriteSingle((float)number);
        else
            writer.WriteDouble(number);
    }
}
