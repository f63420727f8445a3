using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Where a profile's event hub is, and as whom it is spoken to.</summary>
internal sealed record HubWay
{
    private const int PortOfWebSocket = 80;
    private const int PortOfSecureWebSocket = 443;

    /// <summary>The address that is connected to.</summary>
    public required Endpoint Endpoint { get; init; }

    /// <summary>The namespace's name: what tokens are signed for, and what AMQP is told; the address may be another one's.</summary>
    public required string Namespace { get; init; }

    /// <summary>The event hub.</summary>
    public required string Hub { get; init; }

    /// <summary>Certificates, proxy and WebSocket.</summary>
    public required StreamOptions Stream { get; init; }

    /// <summary>The name of the key; empty where there is none.</summary>
    public string KeyName { get; init; } = "";

    /// <summary>The key that tokens are signed with; null where there is none.</summary>
    public Secret? Key { get; init; }

    /// <summary>A ready token; null where there is none.</summary>
    public Secret? Signature { get; init; }

    /// <summary>The name of a URL's credentials, which are shown by SASL PLAIN; null where there is none.</summary>
    public string? Username { get; init; }

    /// <summary>The password to it.</summary>
    public Secret? Password { get; init; }

    /// <summary>What tokens open: the hub and all below it.</summary>
    public string Audience => $"sb://{Namespace}/{Hub}";

    /// <summary>True where a token is put before anything is done.</summary>
    public bool HasToken => Key is not null || Signature is not null;

    /// <summary>Reads a profile that <see cref="HubClientRules"/> found good.</summary>
    public static HubWay Of(Profile profile)
    {
        var values = profile.Values;
        var connection = ConnectionOf(profile, out _);
        var endpoint = EndpointOf(profile, connection) ?? throw new InvalidOperationException("no address");
        var isOfUrl = profile.Endpoints.Count > 0;
        return new HubWay
        {
            Endpoint = endpoint with { PathAndQuery = "" },
            Namespace = connection?.Host ?? endpoint.Host,
            Hub = HubOf(profile, connection) is [var hub, ..] ? hub : "",
            KeyName = connection?.KeyName ?? "",
            Key = connection?.Key,
            Signature = connection?.Signature,
            Username = isOfUrl ? endpoint.Username : null,
            Password = isOfUrl ? endpoint.Password : null,
            Stream = new StreamOptions
            {
                Tls = TlsOptions.Of(profile),
                WebSocket = new WebSocketCarrier(
                    [HubVocabulary.WebSocketSubprotocol, HubVocabulary.MicrosoftWebSocketSubprotocol],
                    HubVocabulary.WebSocketPath,
                    []
                ),
                Proxy = ProxySetting.Of(profile, HubClientSettings.Proxy),
            },
        };
    }

    /// <summary>The connection string of a profile; null where it has none, or a wrong one.</summary>
    public static HubConnectionString? ConnectionOf(Profile profile, out string? problem)
    {
        problem = null;
        var text = profile.Values.Get(HubSettings.ConnectionString);
        return text.IsEmpty ? null : HubConnectionString.Parse(text.Reveal(), out problem);
    }

    /// <summary>The address: url's, or else the connection string's; null where neither names one.</summary>
    public static Endpoint? EndpointOf(Profile profile, HubConnectionString? connection)
    {
        if (profile.Endpoints.Count > 0)
            return profile.Endpoints[0];
        if (connection is null)
            return null;
        var isWebSocket = profile.Values.Get(HubClientSettings.WebSocket);
        var carrier = (isWebSocket, connection.IsEmulator) switch
        {
            (true, true) => Carrier.WebSocket,
            (true, false) => Carrier.SecureWebSocket,
            (false, true) => Carrier.Tcp,
            (false, false) => Carrier.Tls,
        };
        var scheme = EventHubsTransport.AllSchemes.First(candidate => candidate.Carrier == carrier);
        var port =
            connection.Port
            ?? carrier switch
            {
                { IsWebSocket: true, IsSecure: true } => PortOfSecureWebSocket,
                { IsWebSocket: true } => PortOfWebSocket,
                _ => scheme.DefaultPort,
            };
        return new Endpoint(scheme, connection.Host, port, "");
    }

    /// <summary>Every name of the hub that the profile gives; more than one where they contradict each other.</summary>
    public static IReadOnlyList<string> HubOf(Profile profile, HubConnectionString? connection)
    {
        var names = new List<string> { profile.Values.Get(HubSettings.EntityPath), connection?.EntityPath ?? "" };
        // amqp://host/hub says it too; over WebSocket the path is HTTP's.
        names.AddRange(
            profile
                .Endpoints.Where(endpoint => !endpoint.Scheme.Carrier.IsWebSocket)
                .Select(endpoint => Uri.UnescapeDataString(endpoint.PathAndQuery.Trim('/')))
        );
        return [.. names.Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
