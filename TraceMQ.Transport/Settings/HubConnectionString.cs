namespace TraceMQ.Transport.Settings;

/// <summary>
/// An Event Hubs connection string taken apart: <c>Endpoint=sb://host/;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…</c>, with a ready
/// <c>SharedAccessSignature=</c> in the key's place, and with <c>UseDevelopmentEmulator=true</c> for a local hub without TLS.
/// </summary>
internal sealed record HubConnectionString
{
    private const string EndpointPart = "Endpoint";
    private const string KeyNamePart = "SharedAccessKeyName";
    private const string KeyPart = "SharedAccessKey";
    private const string SignaturePart = "SharedAccessSignature";
    private const string EntityPart = "EntityPath";
    private const string EmulatorPart = "UseDevelopmentEmulator";

    private static readonly string[] s_parts =
    [
        EndpointPart,
        KeyNamePart,
        KeyPart,
        SignaturePart,
        EntityPart,
        EmulatorPart,
    ];

    /// <summary>The namespace's host; an IPv6 address without its brackets.</summary>
    public required string Host { get; init; }

    /// <summary>The port in the endpoint; null where it names none.</summary>
    public int? Port { get; init; }

    /// <summary>The name of the key; empty where there is none.</summary>
    public string KeyName { get; init; } = "";

    /// <summary>The key that tokens are signed with, its text as it is; null where there is none.</summary>
    public Secret? Key { get; init; }

    /// <summary>A token that somebody else has signed; null where there is none.</summary>
    public Secret? Signature { get; init; }

    /// <summary>The event hub; empty where it names none.</summary>
    public string EntityPath { get; init; } = "";

    /// <summary>True: a local hub, AMQP without TLS.</summary>
    public bool IsEmulator { get; init; }

    /// <summary>Takes a connection string apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">What is wrong, in one sentence without a key; null where nothing is.</param>
    public static HubConnectionString? Parse(string text, out string? problem)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        problem = Split(text, parts) ?? Check(parts);
        if (problem is not null)
            return null;
        problem = ReadEndpoint(parts[EndpointPart], out var host, out var port);
        if (problem is not null)
            return null;
        return new HubConnectionString
        {
            Host = host,
            Port = port,
            KeyName = parts.GetValueOrDefault(KeyNamePart, ""),
            Key = SecretOf(parts, KeyPart),
            Signature = SecretOf(parts, SignaturePart),
            EntityPath = parts.GetValueOrDefault(EntityPart, ""),
            IsEmulator = parts.GetValueOrDefault(EmulatorPart, "").Equals("true", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>True where a text is meant to be a connection string, be it a wrong one.</summary>
    public static bool IsMeant(string text) =>
        text.StartsWith(EndpointPart + "=", StringComparison.OrdinalIgnoreCase)
        || text.Contains(";" + EndpointPart + "=", StringComparison.OrdinalIgnoreCase);

    private static Secret? SecretOf(Dictionary<string, string> parts, string name) =>
        parts.TryGetValue(name, out var value) ? new Secret(value) : null;

    private static string? Split(string text, Dictionary<string, string> parts)
    {
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // At the first = only: a key is base64 and may end with some.
            var mark = part.IndexOf('=', StringComparison.Ordinal);
            var name = mark < 0 ? "" : part[..mark].Trim();
            var known = s_parts.FirstOrDefault(item => item.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                return mark <= 0
                    ? "each part of a connection string is NAME=VALUE, with a semicolon between them"
                    : UnknownPart(name);
            }

            var value = part[(mark + 1)..].Trim();
            if (value.Length == 0)
                return $"{known} has no value";
            if (!parts.TryAdd(known, value))
                return $"{known} is there twice; keep one";
        }

        return null;
    }

    // A part's name may be the middle of a key that somebody has cut in two: only what looks like a name is repeated.
    private static string UnknownPart(string name) =>
        name.Length <= 32 && name.All(char.IsAsciiLetter)
            ? $"{name} is no part of a connection string; there are {string.Join(", ", s_parts)}"
            : $"a part has another name than {string.Join(", ", s_parts)}";

    private static string? Check(Dictionary<string, string> parts)
    {
        if (!parts.ContainsKey(EndpointPart))
            return "it names no Endpoint: Endpoint=sb://NAMESPACE.servicebus.windows.net/";
        var hasKey = parts.ContainsKey(KeyPart);
        var hasName = parts.ContainsKey(KeyNamePart);
        if (parts.ContainsKey(SignaturePart) && (hasKey || hasName))
            return $"it holds a {SignaturePart} and a key; keep one of them";
        if (hasKey != hasName)
            return $"{(hasKey ? KeyNamePart : KeyPart)} is missing: the name of a key and the key belong together";
        if (
            parts.TryGetValue(EmulatorPart, out var emulator)
            && !emulator.Equals("true", StringComparison.OrdinalIgnoreCase)
            && !emulator.Equals("false", StringComparison.OrdinalIgnoreCase)
        )
            return $"{EmulatorPart} is true or false";
        return parts.TryGetValue(EntityPart, out var path) && path.Any(char.IsControl)
            ? $"{EntityPart} holds a control character"
            : null;
    }

    private static string? ReadEndpoint(string text, out string host, out int? port)
    {
        host = "";
        port = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return "Endpoint is no address: sb://NAMESPACE.servicebus.windows.net/";
        if (uri.Scheme is not ("sb" or "amqp" or "amqps"))
            return $"Endpoint begins with {uri.Scheme}://; it must be sb://";
        if (uri.AbsolutePath is not ("" or "/") || uri.UserInfo.Length > 0 || uri.Query.Length > 0)
            return "Endpoint is sb://HOST/ alone: the hub stands in EntityPath";
        host = uri.IdnHost.Trim('[', ']');
        port = uri.IsDefaultPort || uri.Port < 0 ? null : uri.Port;
        return null;
    }
}
