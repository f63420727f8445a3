using TraceMQ.Transport.Mqtt.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>MQTT 3.1, 3.1.1 and 5.0: a client, and a broker.</summary>
internal sealed class MqttTransport : ITransport
{
    public string Protocol => "mqtt";

    public IReadOnlyList<UrlScheme> Schemes { get; } =
    [
        new("mqtt", Carrier.Tcp, 1883, ["tcp"]),
        new("mqtts", Carrier.Tls, 8883, ["tls", "ssl"]),
        new("mqtt+ws", Carrier.WebSocket, 80, ["ws"]),
        new("mqtt+wss", Carrier.SecureWebSocket, 443, ["wss"]),
    ];

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new MqttTopics();

    public TopicUse SubscribeTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.None : TopicUse.Required;

    public IReadOnlyList<Setting> ProfileSettings => MqttSettings.OfProfile;

    public IReadOnlyList<Setting> SubscribeSettings => MqttSettings.OfSubscription;

    public IReadOnlyList<Setting> PublishSettings => MqttSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => MqttDetails.All;

    public IEnumerable<SettingProblem> Check(Profile profile) => MqttProfileRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => MqttProfileRules.LeavesBehind(profile);

    public SettingValues OptionsOf(Message message) => MqttOutgoing.OptionsOf(message);

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await MqttSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await BrokerSession.StartAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => MqttConnectionTest.RunAsync(profile, context, cancellationToken);
}
