using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Server;
using TraceMQ.Transport.Streams.Clients;

namespace TraceMQ.Transport.Sockets;

/// <summary>Bare sockets: TCP, TLS, UDP, as a client and as a server. Messages have no topic; a server's have that of the peer's address.</summary>
internal sealed class SocketTransport : ITransport
{
    public string Protocol => "socket";

    // A port of its own none of them has: 0 is refused where it is connected to, and any free one where it is listened at.
    public IReadOnlyList<UrlScheme> Schemes { get; } =
    [new("tcp", Carrier.Tcp, 0, []), new("tls", Carrier.Tls, 0, ["ssl"]), new("udp", Carrier.Udp, 0, [])];

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new PeerTopics();

    public bool HasSubscriptions => false;

    public TopicUse SubscribeTopic(Profile profile) => TopicUse.None;

    public TopicUse PublishTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.Optional : TopicUse.None;

    public IReadOnlyList<Setting> ProfileSettings => SocketSettings.OfProfile;

    public IReadOnlyList<Setting> SubscribeSettings => [];

    public IReadOnlyList<Setting> PublishSettings => SocketSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => SocketDetails.All;

    public IEnumerable<SettingProblem> Check(Profile profile) => SocketRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => [];

    // What was received is sent as it was: its framing is made anew.
    public SettingValues OptionsOf(Message message) => SettingValues.Empty;

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await SocketSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await SocketServer.StartAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => SocketConnectionTest.RunAsync(profile, context, cancellationToken);
}
