using TraceMQ.Transport.EventHubs.Server;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs;

/// <summary>Azure Event Hubs, which speaks AMQP 1.0: a hub of our own.</summary>
internal sealed class EventHubsTransport : ITransport
{
    public string Protocol => "eventhubs";

    public IReadOnlyList<UrlScheme> Schemes { get; } =
    [
        new("amqp", Carrier.Tcp, 5672, ["tcp"]),
        new("amqps", Carrier.Tls, 5671, ["tls", "ssl"]),
        new("amqp+ws", Carrier.WebSocket, 80, ["ws"]),
        new("amqp+wss", Carrier.SecureWebSocket, 443, ["wss"]),
    ];

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new HubTopics();

    public IReadOnlyList<Setting> ProfileSettings { get; } =
    [.. HubSettings.OfConnection, .. TlsSettings.All, .. HubSettings.OfServer];

    public IReadOnlyList<Setting> SubscribeSettings => [];

    public IReadOnlyList<Setting> PublishSettings => HubSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => EventFields.All;

    public TopicUse SubscribeTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.None : TopicUse.Optional;

    public TopicUse PublishTopic(Profile profile) => TopicUse.Optional;

    public IEnumerable<SettingProblem> Check(Profile profile) =>
        profile.Mode == ProfileMode.Server ? HubServerRules.Check(profile) : TlsRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => [];

    public SettingValues OptionsOf(Message message) => EventOutgoing.OptionsOf(message);

    public Task<ISession> ConnectAsync(Profile profile, SessionContext context, CancellationToken cancellationToken) =>
        Task.FromException<ISession>(
            new TransportException(
                FailureKind.Configuration,
                "This version cannot connect to Event Hubs yet: use mode = \"server\" for a hub of its own."
            )
        );

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
            ? HubServerTest.RunAsync(profile, context, cancellationToken)
            : StepLog.TestAsync(
                profile.Endpoints,
                (_, _, token) => ConnectAsync(profile, context, token),
                context.Time,
                cancellationToken
            );
}
