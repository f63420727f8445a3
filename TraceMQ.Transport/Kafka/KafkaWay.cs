using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>Where a profile's cluster is, and as whom it is spoken to.</summary>
internal sealed record KafkaWay
{
    /// <summary>What the Kafka endpoint of Event Hubs takes as the user's name; the password is the connection string.</summary>
    public const string ConnectionStringUser = "$ConnectionString";

    private const int HubPort = 9093;
    private const int EmulatorPort = 9092;

    /// <summary>The brokers to begin with; the cluster names all others.</summary>
    public required IReadOnlyList<Endpoint> Brokers { get; init; }

    /// <summary>The user's name; empty where nobody is named.</summary>
    public string Username { get; init; } = "";

    /// <summary>The password.</summary>
    public Secret Password { get; init; } = new("");

    /// <summary>How name and password are proven.</summary>
    public string Mechanism { get; init; } = "PLAIN";

    /// <summary>Certificates and what is checked.</summary>
    public required TlsOptions Tls { get; init; }

    /// <summary>True where all brokers are spoken to by TLS.</summary>
    public bool IsSecure => Brokers[0].Scheme.Carrier.IsSecure;

    /// <summary>True where a user is named.</summary>
    public bool HasUser => Username.Length > 0;

    /// <summary>The first broker, for sentences.</summary>
    public string Address => Brokers[0].Address;

    public static KafkaWay Of(Profile profile)
    {
        var tls = TlsOptions.Of(profile);
        if (HubOf(profile) is { } hub)
            return new KafkaWay
            {
                Brokers = [EndpointOf(hub)],
                Username = ConnectionStringUser,
                Password = profile.Values.Get(KafkaSettings.ConnectionString),
                Tls = tls,
            };
        var endpoint = profile.Endpoints[0];
        var values = profile.Values;
        return new KafkaWay
        {
            Brokers = profile.Endpoints,
            Username = values.Has(AuthSettings.Username) ? values.Get(AuthSettings.Username) : endpoint.Username ?? "",
            Password = values.Has(AuthSettings.Password)
                ? values.Get(AuthSettings.Password)
                : endpoint.Password ?? new Secret(""),
            Mechanism = values.Get(KafkaSettings.SaslMechanism),
            Tls = tls,
        };
    }

    /// <summary>The connection string of a profile; null where it has none, or a wrong one.</summary>
    public static HubConnectionString? HubOf(Profile profile) =>
        profile.Values.Has(KafkaSettings.ConnectionString)
            ? HubConnectionString.Parse(profile.Values.Get(KafkaSettings.ConnectionString).Reveal(), out _)
            : null;

    /// <summary>The Kafka endpoint of an Event Hubs namespace; the emulator's is without TLS.</summary>
    public static Endpoint EndpointOf(HubConnectionString hub)
    {
        var scheme = hub.IsEmulator ? KafkaTransport.Plain : KafkaTransport.Secure;
        return new Endpoint(scheme, hub.Host, hub.Port ?? (hub.IsEmulator ? EmulatorPort : HubPort), "");
    }
}
