using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Clients;
using TraceMQ.Transport.WebSocket.Server;

namespace TraceMQ.Transport.WebSocket;

/// <summary>WebSocket (RFC 6455, RFC 7692): a client, and a server. Messages have no topic; a server's have that of the peer's address.</summary>
internal sealed class WebSocketTransport : ITransport
{
    public string Protocol => "websocket";

    public IReadOnlyList<UrlScheme> Schemes => WebSocketWay.Schemes;

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new PeerTopics();

    public bool HasSubscriptions => false;

    public TopicUse SubscribeTopic(Profile profile) => TopicUse.None;

    public TopicUse PublishTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.Optional : TopicUse.None;

    public IReadOnlyList<Setting> ProfileSettings => WebSocketSettings.OfProfile;

    public IReadOnlyList<Setting> SubscribeSettings => [];

    public IReadOnlyList<Setting> PublishSettings => WebSocketSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => WebSocketDetails.All;

    public IEnumerable<SettingProblem> Check(Profile profile) => WebSocketRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => [];

    public bool Changes(OutgoingMessage message) =>
        message.Options.Get(WebSocketSettings.Opcode) is not (WebSocketSettings.Ping or WebSocketSettings.Pong);

    public SettingValues OptionsOf(Message message) => WebSocketDetails.OptionsOf(message);

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await WebSocketSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await WebSocketServer.StartAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => WebSocketConnectionTest.RunAsync(profile, context, cancellationToken);
}
