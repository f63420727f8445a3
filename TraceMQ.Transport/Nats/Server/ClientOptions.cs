using System.Text.Json;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>What a client says of itself in CONNECT.</summary>
internal sealed record ClientOptions
{
    public bool IsVerbose { get; init; }

    public bool HasEcho { get; init; } = true;

    public bool HasHeaders { get; init; }

    public bool WantsNoResponders { get; init; }

    public string Name { get; init; } = "";

    public string Language { get; init; } = "";

    public string Version { get; init; } = "";

    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    public string Token { get; init; } = "";

    /// <summary>Reads it.</summary>
    /// <exception cref="NatsParseException">It is no JSON object.</exception>
    public static ClientOptions Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new NatsParseException("Parser Error");
            return new ClientOptions
            {
                IsVerbose = Flag(root, "verbose", otherwise: false),
                HasEcho = Flag(root, "echo", otherwise: true),
                HasHeaders = Flag(root, "headers", otherwise: false),
                WantsNoResponders = Flag(root, "no_responders", otherwise: false),
                Name = Text(root, "name"),
                Language = Text(root, "lang"),
                Version = Text(root, "version"),
                Username = Text(root, "user"),
                Password = Text(root, "pass"),
                Token = Text(root, "auth_token"),
            };
        }
        catch (JsonException)
        {
            throw new NatsParseException("Parser Error");
        }
    }

    private static bool Flag(JsonElement root, string name, bool otherwise) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is (JsonValueKind.True or JsonValueKind.False)
            ? value.ValueKind == JsonValueKind.True
            : otherwise;

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
