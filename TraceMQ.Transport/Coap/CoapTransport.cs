using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>
/// CoAP (RFC 7252), observing (RFC 7641), block-wise (RFC 7959), over datagrams, streams and WebSockets (RFC 8323): a client, and a server.
/// A topic is a path with its query.
/// </summary>
internal sealed class CoapTransport : ITransport
{
    public string Protocol => "coap";

    public IReadOnlyList<UrlScheme> Schemes => CoapWay.Schemes;

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new CoapPaths();

    public TopicUse SubscribeTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.None : OfUrl(profile);

    public TopicUse PublishTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.Required : OfUrl(profile);

    public IReadOnlyList<Setting> ProfileSettings => CoapSettings.OfProfile;

    public IReadOnlyList<Setting> SubscribeSettings => CoapSettings.OfSubscription;

    public IReadOnlyList<Setting> PublishSettings => CoapSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => CoapDetails.All;

    public IEnumerable<SettingProblem> Check(Profile profile) => CoapRules.Check(profile);

    // An observation is forgotten by the peer as soon as its notifications are not acknowledged any more.
    public IEnumerable<string> LeavesBehind(Profile profile) => [];

    public bool Changes(OutgoingMessage message) =>
        CoapCode.Method(message.Options.Get(CoapSettings.Method)) is not { IsSafe: true };

    public SettingValues OptionsOf(Message message) => CoapDetails.OptionsOf(message);

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await CoapSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await CoapServer.StartAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => CoapConnectionTest.RunAsync(profile, context, cancellationToken);

    // A url with a path already says which resource is meant.
    private static TopicUse OfUrl(Profile profile) =>
        profile.Endpoints.Any(endpoint => endpoint.PathAndQuery.Length > 1) ? TopicUse.Optional : TopicUse.Required;
}
