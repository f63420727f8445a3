using System.Globalization;
using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What was agreed about permessage-deflate (RFC 7692, section 7.1).</summary>
/// <param name="ServerKeepsHistory">The server's messages may refer to earlier ones.</param>
/// <param name="ClientKeepsHistory">The client's may.</param>
/// <param name="ServerWindowBits">How far back the server's may refer, as a power of two; 8 to 15.</param>
/// <param name="ClientWindowBits">How far back the client's may.</param>
internal sealed record DeflateParameters(
    bool ServerKeepsHistory,
    bool ClientKeepsHistory,
    int ServerWindowBits,
    int ClientWindowBits
)
{
    /// <summary>The extension's name.</summary>
    public const string Name = "permessage-deflate";

    /// <summary>What we ask for as a client: any window is fine.</summary>
    public const string Offer = Name + "; client_max_window_bits";

    private const int MaxWindowBits = 15;
    private const string ServerNoHistory = "server_no_context_takeover";
    private const string ClientNoHistory = "client_no_context_takeover";
    private const string ServerBits = "server_max_window_bits";
    private const string ClientBits = "client_max_window_bits";

    /// <summary>The answer of a server that agrees.</summary>
    public string Answer =>
        string.Join(
            "; ",
            new[]
            {
                Name,
                ServerKeepsHistory ? null : ServerNoHistory,
                ClientKeepsHistory ? null : ClientNoHistory,
                ServerWindowBits < MaxWindowBits ? $"{ServerBits}={ServerWindowBits}" : null,
                ClientWindowBits < MaxWindowBits ? $"{ClientBits}={ClientWindowBits}" : null,
            }.OfType<string>()
        );

    /// <summary>What inflates the peer's messages.</summary>
    public MessageInflater Inflater(bool isClient) =>
        isClient ? new(ServerKeepsHistory, ServerWindowBits) : new(ClientKeepsHistory, ClientWindowBits);

    /// <summary>What deflates ours.</summary>
    public MessageDeflater Deflater(bool isClient) =>
        isClient ? new(ClientKeepsHistory, ClientWindowBits) : new(ServerKeepsHistory, ServerWindowBits);

    /// <summary>Chooses, as a server, the first offer of the client that can be met; null where none can.</summary>
    public static DeflateParameters? Choose(HttpHead request) =>
        request
            .Items("Sec-WebSocket-Extensions")
            .Select(offer => Parse(offer, isAnswer: false, out _))
            .FirstOrDefault(parameters => parameters is not null);

    /// <summary>Reads, as a client, what the server agreed to.</summary>
    /// <param name="response">The server's head.</param>
    /// <param name="isOffered">We asked for compression.</param>
    /// <param name="problem">The rule that the answer breaks; null where it breaks none.</param>
    /// <returns>What was agreed; null for nothing.</returns>
    public static DeflateParameters? ReadAnswer(HttpHead response, bool isOffered, out string? problem)
    {
        var extensions = response.Items("Sec-WebSocket-Extensions").ToList();
        problem = null;
        if (extensions.Count == 0)
            return null;
        if (!isOffered || extensions.Count > 1)
        {
            problem = $"it uses extensions that were not asked for ({string.Join(", ", extensions)})";
            return null;
        }

        return Parse(extensions[0], isAnswer: true, out problem);
    }

    private static DeflateParameters? Parse(string extension, bool isAnswer, out string? problem)
    {
        var parts = extension.Split(';', StringSplitOptions.TrimEntries);
        problem = parts[0] == Name ? null : $"it uses the extension {parts[0]}, which was not asked for";
        var agreed = new DeflateParameters(true, true, MaxWindowBits, MaxWindowBits);
        var seen = new HashSet<string>();
        foreach (var part in parts.Skip(1))
        {
            if (problem is not null)
                return null;
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals].TrimEnd();
            var value = equals < 0 ? null : part[(equals + 1)..].Trim();
            var next = With(agreed, name, value, isAnswer);
            if (next is null || !seen.Add(name))
                problem = $"its parameter \"{part}\" of {Name} is wrong (RFC 7692, 7.1)";
            agreed = next ?? agreed;
        }

        return problem is null ? agreed : null;
    }

    private static DeflateParameters? With(DeflateParameters agreed, string name, string? value, bool isAnswer) =>
        (name, value) switch
        {
            (ServerNoHistory, null) => agreed with { ServerKeepsHistory = false },
            (ClientNoHistory, null) => agreed with { ClientKeepsHistory = false },
            // In an offer it only says that the client could use a smaller window.
            (ClientBits, null) => isAnswer ? null : agreed,
            (ClientBits, not null) when TryBits(value, out var bits) => isAnswer
                ? agreed with
                {
                    ClientWindowBits = bits,
                }
                : agreed,
            (ServerBits, not null) when TryBits(value, out var bits) => agreed with { ServerWindowBits = bits },
            _ => null,
        };

    private static bool TryBits(string value, out int bits)
    {
        if (value.Length > 2 && value[0] == '"' && value[^1] == '"')
            value = value[1..^1];
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out bits)
            && value[0] != '0'
            && bits is >= 8 and <= MaxWindowBits;
    }
}
