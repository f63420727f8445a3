using TraceMQ.Transport.EventHubs.Client;
using TraceMQ.Transport.EventHubs.Server;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs;

/// <summary>Azure Event Hubs, which speaks AMQP 1.0: a client, and a hub of our own.</summary>
internal sealed class EventHubsTransport : ITransport
{
    public static IReadOnlyList<UrlScheme> AllSchemes { get; } =
    [
        new("amqp", Carrier.Tcp, 5672, ["tcp"]) { ExamplePath = "/telemetry" },
        new("amqps", Carrier.Tls, 5671, ["tls", "ssl"]),
        new("amqp+ws", Carrier.WebSocket, 80, ["ws"]),
        new("amqp+wss", Carrier.SecureWebSocket, 443, ["wss"]),
    ];

    public string Protocol => "eventhubs";

    public IReadOnlyList<UrlScheme> Schemes => AllSchemes;

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new HubTopics();

    public IReadOnlyList<Setting> ProfileSettings { get; } =
    [.. HubSettings.OfConnection, .. HubClientSettings.OfProfile, .. TlsSettings.All, .. HubSettings.OfServer];

    public IReadOnlyList<Setting> SubscribeSettings => HubClientSettings.OfSubscription;

    public IReadOnlyList<Setting> PublishSettings => HubSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => EventFields.All;

    public TopicUse SubscribeTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.None : TopicUse.Optional;

    public TopicUse PublishTopic(Profile profile) => TopicUse.Optional;

    public UrlUse UrlUse(ProfileMode mode) =>
        mode == ProfileMode.Server ? Settings.UrlUse.Required : Settings.UrlUse.Optional;

    public RawProfile? Recognise(string target) => HubClientRules.Recognise(target);

    public IEnumerable<SettingProblem> Check(Profile profile) =>
        profile.Mode == ProfileMode.Server ? HubServerRules.Check(profile) : HubClientRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => HubClientRules.LeavesBehind(profile);

    public SettingValues OptionsOf(Message message) => EventOutgoing.OptionsOf(message);

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await HubClientSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await HubServerSession.StartAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        profile.Mode == ProfileMode.Server
            ? StepLog.TestListeningAsync(
                profile,
                token => HubServerSession.StartAsync(profile, context, token),
                context.Time,
                cancellationToken
            )
            : HubConnectionTest.RunAsync(profile, context, cancellationToken);
}
