using System.Globalization;
using System.Text;
using System.Text.Json;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Nats;

/// <summary>Packets of NATS as a person reads them.</summary>
internal static class NatsWire
{
    /// <summary>Most bytes of a packet that are kept.</summary>
    public const int MaximumBytes = 4096;

    private static readonly HashSet<string> s_secrets = new(StringComparer.Ordinal)
    {
        "pass",
        "auth_token",
        "jwt",
        "sig",
        "nonce",
    };

    /// <summary>A control line with its secrets overwritten.</summary>
    public static ReadOnlySpan<byte> Redacted(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("CONNECT "u8) && !line.StartsWith("INFO "u8))
            return line;
        var start = line.IndexOf((byte)' ') + 1;
        try
        {
            var reader = new Utf8JsonReader(line[start..]);
            using var document = JsonDocument.ParseValue(ref reader);
            var written = new MemoryStream();
            written.Write(line[..start]);
            using (var writer = new Utf8JsonWriter(written))
                Write(document.RootElement, writer);
            return written.ToArray();
        }
        catch (JsonException)
        {
            // What cannot be read may hold anything.
            return line[..start];
        }
    }

    /// <summary>A record of a packet.</summary>
    /// <param name="time">When.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="bytes">Its first bytes, redacted.</param>
    /// <param name="length">Its whole length.</param>
    public static WireRecord Of(DateTimeOffset time, Direction direction, byte[] bytes, long length)
    {
        var end = bytes.AsSpan().IndexOf("\r\n"u8);
        var line = Encoding.UTF8.GetString(end < 0 ? bytes : bytes.AsSpan(0, end));
        var parts = line.Split(' ', 2);
        return new WireRecord(
            time,
            direction,
            parts[0],
            parts.Length > 1 ? parts[1] : "",
            Fields(parts[0], line),
            bytes,
            (int)Math.Min(int.MaxValue, length)
        );
    }

    private static List<Fact> Fields(string kind, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var fields = new List<Fact>();
        switch (kind)
        {
            case "MSG" when words.Length >= 4:
                fields.AddRange([new("subject", words[1]), new("subscription", words[2])]);
                AddReply(words.Length == 5 ? words[3] : null);
                fields.Add(new Fact("size", words[^1]));
                break;
            case "HMSG" when words.Length >= 5:
                fields.AddRange([new("subject", words[1]), new("subscription", words[2])]);
                AddReply(words.Length == 6 ? words[3] : null);
                AddSizes();
                break;
            case "PUB" when words.Length >= 3:
                fields.Add(new Fact("subject", words[1]));
                AddReply(words.Length == 4 ? words[2] : null);
                fields.Add(new Fact("size", words[^1]));
                break;
            case "HPUB" when words.Length >= 4:
                fields.Add(new Fact("subject", words[1]));
                AddReply(words.Length == 5 ? words[2] : null);
                AddSizes();
                break;
            case "SUB" when words.Length >= 3:
                fields.Add(new Fact("subject", words[1]));
                if (words.Length == 4)
                    fields.Add(new Fact("queue group", words[2]));
                fields.Add(new Fact("subscription", words[^1]));
                break;
            case "INFO" or "CONNECT":
                AddJson();
                break;
        }

        return fields;

        void AddReply(string? reply)
        {
            if (reply is not null)
                fields.Add(new Fact("reply to", reply));
        }

        void AddSizes()
        {
            fields.Add(new Fact("headers size", words[^2]));
            fields.Add(new Fact("whole size", words[^1]));
        }

        void AddJson()
        {
            try
            {
                using var document = JsonDocument.Parse(line[(kind.Length + 1)..]);
                fields.AddRange(
                    document
                        .RootElement.EnumerateObject()
                        .Take(64)
                        .Select(item => new Fact(item.Name, item.Value.ToString()))
                );
            }
            catch (Exception exception)
                when (exception is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
            {
                fields.Add(new Fact("cut", line.Length.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            element.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var item in element.EnumerateObject())
        {
            if (s_secrets.Contains(item.Name))
                writer.WriteString(item.Name, "***");
            else
                item.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
