using System.Security.Cryptography;
using System.Text;
using MQTTnet;
using MQTTnet.Channel;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Who we are to a broker: all that a CONNECT packet says.</summary>
internal sealed record MqttIdentity
{
    public required MqttProtocolVersion Version { get; init; }

    public required string ClientId { get; init; }

    public string? Username { get; init; }

    public Secret? Password { get; init; }

    public bool CleanSession { get; init; } = true;

    public TimeSpan SessionExpiry { get; init; }

    public TimeSpan KeepAlive { get; init; }

    public IReadOnlyList<Header> UserProperties { get; init; } = [];

    /// <summary>Messages of QoS 1 and 2 that the broker may send before the first of them is acknowledged (MQTT 5.0, 3.1.2.11.3).</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The largest packet in bytes that is taken.</summary>
    public required long MaximumPacket { get; init; }

    /// <summary>True to ask where answers may be sent (MQTT 5.0, 3.1.2.11.6).</summary>
    public bool RequestResponseInformation { get; init; }

    /// <summary>What the broker publishes where the connection is lost; null: nothing.</summary>
    public MqttWill? Will { get; init; }

    public bool IsVersion5 => Version == MqttProtocolVersion.V500;

    public string VersionText =>
        Version switch
        {
            MqttProtocolVersion.V310 => "3.1",
            MqttProtocolVersion.V311 => "3.1.1",
            _ => "5.0",
        };

    public static MqttIdentity Of(Profile profile, Endpoint endpoint)
    {
        var values = profile.Values;
        var (username, password) = CredentialsOf(profile, endpoint);
        var clientId = values.Get(MqttSettings.ClientId);
        return new MqttIdentity
        {
            Version = values.Get(MqttSettings.Version) switch
            {
                "3.1" => MqttProtocolVersion.V310,
                "3.1.1" => MqttProtocolVersion.V311,
                _ => MqttProtocolVersion.V500,
            },
            ClientId = clientId.Length > 0 ? clientId : MadeUpClientId(),
            Username = username,
            Password = password,
            CleanSession = values.Get(MqttSettings.CleanSession),
            SessionExpiry = SessionExpiryOf(profile),
            KeepAlive = values.Get(MqttSettings.KeepAlive),
            UserProperties = values.Get(MqttSettings.UserProperties),
            ReceiveMaximum = (ushort)values.Get(MqttSettings.ReceiveMaximum),
            MaximumPacket = values.Get(MqttSettings.MaximumPacketSize),
            RequestResponseInformation = values.Get(MqttSettings.RequestResponseInformation),
            Will = MqttWill.Of(profile),
        };
    }

    /// <summary>The same user on a second connection that leaves nothing behind and disturbs no session.</summary>
    public MqttIdentity Guest() =>
        this with
        {
            ClientId = MadeUpClientId(),
            CleanSession = true,
            SessionExpiry = TimeSpan.Zero,
            Will = null,
        };

    /// <summary>What auth.* says; where it says nothing, what the URL says.</summary>
    public static (string? Username, Secret? Password) CredentialsOf(Profile profile, Endpoint endpoint)
    {
        var hasUsername = profile.Values.Has(AuthSettings.Username);
        var hasPassword = profile.Values.Has(AuthSettings.Password);
        return (
            hasUsername ? profile.Values.Get(AuthSettings.Username) : endpoint.Username,
            hasPassword ? profile.Values.Get(AuthSettings.Password) : endpoint.Password
        );
    }

    /// <summary>How long an MQTT 5.0 broker keeps the session: what is set, and otherwise as long as clean_session asks for.</summary>
    public static TimeSpan SessionExpiryOf(Profile profile) =>
        profile.Values.Has(MqttSettings.SessionExpiry) || !profile.Values.Get(MqttSettings.CleanSession)
            ? profile.Values.Get(MqttSettings.SessionExpiry)
            : TimeSpan.Zero;

    public MqttClientOptions ToOptions(IMqttClientStreamProvider streams)
    {
        var options = new MqttClientOptions
        {
            ProtocolVersion = Version,
            ClientId = ClientId,
            CleanSession = CleanSession,
            KeepAlivePeriod = KeepAlive,
            // One write for a packet: fewer system calls, and some brokers refuse packets that come in pieces.
            AllowPacketFragmentation = false,
            ChannelOptions = new MqttClientTcpOptions
            {
                RemoteEndpoint = new System.Net.DnsEndPoint("stream", 1),
                StreamProvider = streams,
            },
        };
        if (!string.IsNullOrEmpty(Username) || Password is { IsEmpty: false })
            options.Credentials = new MqttClientCredentials(
                Username ?? "",
                Password is null ? null : Encoding.UTF8.GetBytes(Password.Reveal())
            );
        Will?.AddTo(options, IsVersion5);
        if (!IsVersion5)
            return options;
        options.ReceiveMaximum = ReceiveMaximum;
        options.MaximumPacketSize = (uint)MaximumPacket;
        options.RequestProblemInformation = true;
        options.RequestResponseInformation = RequestResponseInformation;
        options.SessionExpiryInterval = (uint)SessionExpiry.TotalSeconds;
        options.EnhancedAuthenticationHandler = new NoEnhancedAuthentication();
        if (UserProperties.Count > 0)
            options.UserProperties = [.. UserProperties.Select(ToProperty)];
        return options;
    }

    public static MqttUserProperty ToProperty(Header header) =>
        new(header.Name, new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(header.Value)));

    // 20 characters: MQTT 3.1 allows 23.
    private static string MadeUpClientId() => "tracemq-" + RandomNumberGenerator.GetHexString(12, lowercase: true);

    private sealed class NoEnhancedAuthentication : IMqttEnhancedAuthenticationHandler
    {
        public Task HandleEnhancedAuthenticationAsync(MqttEnhancedAuthenticationEventArgs eventArgs) =>
            throw new NotSupportedException(
                $"the broker asks for the authentication method \"{eventArgs.AuthenticationMethod}\""
            );
    }
}
