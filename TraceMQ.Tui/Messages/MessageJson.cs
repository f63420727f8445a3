using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>Writes messages as JSON, an object a line: the contract of <c>sub --format json</c>.</summary>
internal static class MessageJson
{
    /// <summary>Ends the name of a member whose value is in base64 because it is not text.</summary>
    public const string Base64Suffix = "_base64";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>How the writer must be made: readable text beyond ASCII, every control character escaped.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes one object and a line feed.</summary>
    public static void WriteLine(
        IBufferWriter<byte> output,
        Utf8JsonWriter writer,
        Message message,
        string profile,
        string protocol
    )
    {
        writer.Reset(output);
        Write(writer, message, profile, protocol, message.Payload.Length, isCut: false);
        writer.Flush();
        output.Write("\n"u8);
    }

    /// <summary>A kept message as text, for the clipboard.</summary>
    public static string Text(StoredMessage stored, string profile, string protocol, bool isIndented)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, Options with { Indented = isIndented }))
            Write(writer, stored.Message, profile, protocol, stored.OriginalSize, stored.IsCut);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Writes one object.</summary>
    public static void Write(
        Utf8JsonWriter writer,
        Message message,
        string profile,
        string protocol,
        long originalSize,
        bool isCut
    )
    {
        writer.WriteStartObject();
        WriteTime(writer, message.Time);
        writer.WriteString("profile"u8, profile);
        writer.WriteString("protocol"u8, protocol);
        writer.WriteString("direction"u8, message.Direction == Direction.In ? "in"u8 : "out"u8);
        writer.WriteString("topic"u8, message.Topic);
        writer.WriteNumber("size"u8, originalSize);
        if (isCut)
            writer.WriteBoolean("cut"u8, true);
        if (Utf8.IsValid(message.Payload.Span))
            writer.WriteString("payload"u8, message.Payload.Span);
        else
            writer.WriteBase64String("payload_base64"u8, message.Payload.Span);
        WriteHeaders(writer, message.Headers);
        WriteDetails(writer, message.Details);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[32];
        time.UtcDateTime.TryFormat(
            text,
            out var written,
            TimeFormat,
            System.Globalization.CultureInfo.InvariantCulture
        );
        writer.WriteString("time"u8, text[..written]);
    }

    private static void WriteHeaders(Utf8JsonWriter writer, IReadOnlyList<Header> headers)
    {
        writer.WriteStartObject("headers"u8);
        if (headers.Count > 0)
        {
            foreach (
                var group in headers.GroupBy(header => header.Name, header => header.Value, StringComparer.Ordinal)
            )
            {
                var values = group.ToArray();
                if (values.Length == 1)
                {
                    writer.WriteString(group.Key, values[0]);
                    continue;
                }

                writer.WriteStartArray(group.Key);
                foreach (var value in values)
                    writer.WriteStringValue(value);
                writer.WriteEndArray();
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, MessageDetails details)
    {
        writer.WriteStartObject("details"u8);
        for (var i = 0; i < details.Count; i++)
            WriteDetail(writer, details[i].Field.Key, details[i].Value);
        writer.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter writer, string key, DetailValue value)
    {
        switch (value.Kind)
        {
            case DetailKind.Text or DetailKind.Time:
                writer.WriteString(key, value.ToString());
                break;
            case DetailKind.Number:
                writer.WriteNumber(key, value.Number);
                break;
            case DetailKind.Flag:
                writer.WriteBoolean(key, value.Flag);
                break;
            // Text that begins like a hexadecimal value would come back as that value.
            case DetailKind.Bytes when Utf8.IsValid(value.Bytes.Span) && !value.Bytes.Span.StartsWith("hex:"u8):
                writer.WriteString(key, value.Bytes.Span);
                break;
            case DetailKind.Bytes:
                writer.WriteBase64String(key + Base64Suffix, value.Bytes.Span);
                break;
            case DetailKind.NumberList:
                writer.WriteStartArray(key);
                foreach (var number in value.Numbers)
                    writer.WriteNumberValue(number);
                writer.WriteEndArray();
                break;
        }
    }
}
