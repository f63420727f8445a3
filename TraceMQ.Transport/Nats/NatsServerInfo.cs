using System.Text.Json;

namespace TraceMQ.Transport.Nats;

/// <summary>What a server says of itself before anything else (NATS client protocol, INFO).</summary>
internal sealed record NatsServerInfo
{
    public string Name { get; init; } = "";

    public string Version { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string ClientAddress { get; init; } = "";

    public long MaximumPayload { get; init; }

    public bool HasHeaders { get; init; }

    public bool HasJetStream { get; init; }

    public bool WantsTls { get; init; }

    public bool OffersTls { get; init; }

    public bool WantsAuthentication { get; init; }

    public IReadOnlyList<string> OtherServers { get; init; } = [];

    /// <summary>Reads the line; null where it is none of a NATS server.</summary>
    public static NatsServerInfo? Parse(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \r\n"u8);
        if (line.Length < 6 || !line[..4].SequenceEqual("INFO"u8))
            return null;
        try
        {
            var reader = new Utf8JsonReader(line[4..]);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Of(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static NatsServerInfo Of(JsonElement info) =>
        new()
        {
            // A server without a name gives its key, which tells nobody anything.
            Name = Text(info, "server_name") is var name && name == Text(info, "server_id") ? "nats-server" : name,
            Version = Text(info, "version"),
            Cluster = Text(info, "cluster"),
            ClientAddress = Text(info, "client_ip"),
            MaximumPayload =
                info.TryGetProperty("max_payload", out var payload) && payload.TryGetInt64(out var maximum)
                    ? maximum
                    : 1 << 20,
            HasHeaders = Flag(info, "headers"),
            HasJetStream = Flag(info, "jetstream"),
            WantsTls = Flag(info, "tls_required"),
            OffersTls = Flag(info, "tls_available"),
            WantsAuthentication = Flag(info, "auth_required"),
            OtherServers =
                info.TryGetProperty("connect_urls", out var urls) && urls.ValueKind == JsonValueKind.Array
                    ?
                    [
                        .. urls.EnumerateArray()
                            .Where(url => url.ValueKind == JsonValueKind.String)
                            .Select(url => url.GetString()!)
                            .Take(64),
                    ]
                    : [],
        };

    private static string Text(JsonElement info, string name) =>
        info.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool Flag(JsonElement info, string name) =>
        info.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
