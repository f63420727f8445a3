using TraceMQ.Transport.Nats.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>NATS and JetStream: a client, and a core server.</summary>
internal sealed class NatsTransport : ITransport
{
    public string Protocol => "nats";

    public IReadOnlyList<UrlScheme> Schemes => NatsWay.Schemes;

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new NatsSubjects();

    public IReadOnlyList<Setting> ProfileSettings => NatsSettings.OfProfile;

    public IReadOnlyList<Setting> SubscribeSettings => NatsSettings.OfSubscription;

    public IReadOnlyList<Setting> PublishSettings => NatsSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => NatsDetails.All;

    public TopicUse SubscribeTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.None
        : profile.Values.Get(NatsSettings.Stream).Length > 0 ? TopicUse.Optional
        : TopicUse.Required;

    public string TopicPrefix(Profile profile) => new NatsPrefix(profile.Values.Get(NatsSettings.SubjectPrefix)).Text;

    public IEnumerable<SettingProblem> Check(Profile profile) => NatsProfileRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => NatsProfileRules.LeavesBehind(profile);

    public SettingValues OptionsOf(Message message) => NatsOutgoing.OptionsOf(message);

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await NatsSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await NatsServerSession.StartAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => NatsConnectionTest.RunAsync(profile, context, cancellationToken);
}
