using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Messages;

/// <summary>Reads a line that <see cref="MessageJson"/> wrote, or that somebody wrote like it: what <c>pub --json</c> sends.</summary>
internal static class MessageJsonReader
{
    private static readonly string[] s_members =
    [
        "topic",
        "payload",
        "payload_base64",
        "headers",
        "details",
        "time",
        "profile",
        "protocol",
        "direction",
        "size",
        "cut",
    ];

    /// <summary>Reads one line.</summary>
    /// <param name="line">The JSON text.</param>
    /// <param name="message">What to send.</param>
    /// <param name="problem">One sentence about what is wrong with the line.</param>
    public static bool TryRead(
        string line,
        [NotNullWhen(true)] out JsonMessage? message,
        [NotNullWhen(false)] out string? problem
    )
    {
        message = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            message = Read(document.RootElement);
            problem = null;
            return true;
        }
        catch (JsonException exception)
        {
            problem =
                $"not JSON, at character {exception.BytePositionInLine + 1}: write an object a line, as sub --format json does";
        }
        catch (FormatException exception)
        {
            problem = exception.Message;
        }
        catch (InvalidOperationException)
        {
            // What JsonElement says of an escaped half of a surrogate pair.
            problem = "a string holds half of a surrogate pair, which is no text";
        }

        return false;
    }

    private static JsonMessage Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException("write an object a line, as sub --format json does");
        string? topic = null;
        byte[]? payload = null;
        List<Header> headers = [];
        var details = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "topic":
                    topic = Text(member);
                    break;
                case "payload" or "payload_base64" when payload is not null:
                    throw new FormatException("payload is given twice: write either payload or payload_base64");
                case "payload":
                    payload = Encoding.UTF8.GetBytes(Text(member));
                    break;
                case "payload_base64":
                    payload = Base64(member);
                    break;
                case "headers":
                    ReadHeaders(member, headers);
                    break;
                case "details":
                    ReadDetails(member, details);
                    break;
                case "cut" when member.Value.ValueKind == JsonValueKind.True:
                    throw new FormatException(
                        "this message was cut when it was stored: the rest of it is not there to send"
                    );
                case var name when !s_members.Contains(name, StringComparer.Ordinal):
                    throw new FormatException(Unknown(name));
            }
        }

        if (payload is null)
            throw new FormatException("payload is missing: write payload, or payload_base64 where it is not text");
        return new JsonMessage(topic, payload, headers, details);
    }

    private static string Unknown(string name) =>
        NearestWord.Find(name, s_members) is { } nearest
            ? $"there is no member \"{name}\"; did you mean {nearest}?"
            : $"there is no member \"{name}\"";

    private static string Text(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.String
            ? member.Value.GetString()!
            : throw new FormatException(
                $"{member.Name} must be a string; a document is sent as text: \"{{\\\"a\\\":1}}\""
            );

    private static byte[] Base64(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.String && member.Value.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new FormatException($"{member.Name} is not base64");

    private static void ReadHeaders(JsonProperty headers, List<Header> into)
    {
        if (headers.Value.ValueKind != JsonValueKind.Object)
            throw new FormatException("headers must be an object of names and values");
        foreach (var header in headers.Value.EnumerateObject())
        {
            if (header.Value.ValueKind != JsonValueKind.Array)
            {
                into.Add(new Header(header.Name, HeaderValue(header.Name, header.Value)));
                continue;
            }

            foreach (var value in header.Value.EnumerateArray())
                into.Add(new Header(header.Name, HeaderValue(header.Name, value)));
        }
    }

    private static string HeaderValue(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"the header {name} must be a string, or a list of strings");

    private static void ReadDetails(JsonProperty details, Dictionary<string, RawValue> into)
    {
        if (details.Value.ValueKind != JsonValueKind.Object)
            throw new FormatException("details must be an object of names and values");
        foreach (var detail in details.Value.EnumerateObject())
        {
            if (detail.Name.EndsWith(MessageJson.Base64Suffix, StringComparison.Ordinal))
                into[detail.Name[..^MessageJson.Base64Suffix.Length]] = new RawValue.Text(
                    "hex:" + Convert.ToHexStringLower(Base64(detail))
                );
            else
                into[detail.Name] = Raw(detail.Name, detail.Value);
        }
    }

    private static RawValue Raw(string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => new RawValue.Text(value.GetString()!),
            JsonValueKind.Number when value.TryGetInt64(out var number) => new RawValue.Number(number),
            JsonValueKind.Number => new RawValue.Fraction(value.GetDouble()),
            JsonValueKind.True => new RawValue.Flag(true),
            JsonValueKind.False => new RawValue.Flag(false),
            JsonValueKind.Array => new RawValue.List([.. value.EnumerateArray().Select(item => Raw(name, item))]),
            JsonValueKind.Object => new RawValue.Table(
                value
                    .EnumerateObject()
                    .ToDictionary(item => item.Name, item => Raw(item.Name, item.Value), StringComparer.Ordinal)
            ),
            _ => throw new FormatException($"the detail {name} has no value"),
        };
}
