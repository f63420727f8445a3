using TraceMQ.Transport.Kafka.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>
/// Kafka: a client, and librdkafka's test broker. The library connects again by itself and cannot be told not to; a session ends all the same
/// where every broker is gone, and is then closed before the library's next attempt counts: see <see cref="KafkaWatch"/>. That one broker of
/// several is gone is the cluster's affair, which the library mends.
/// </summary>
internal sealed class KafkaTransport : ITransport
{
    public static UrlScheme Plain { get; } = new("kafka", Carrier.Tcp, 9092, ["tcp"]);

    public static UrlScheme Secure { get; } = new("kafkas", Carrier.Tls, 9093, ["tls", "ssl"]);

    public string Protocol => "kafka";

    public IReadOnlyList<UrlScheme> Schemes { get; } = [Plain, Secure];

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new KafkaTopics();

    public TopicUse SubscribeTopic(Profile profile) =>
        profile.Mode == ProfileMode.Server ? TopicUse.None : TopicUse.Required;

    public UrlUse UrlUse(ProfileMode mode) =>
        mode == ProfileMode.Server ? Settings.UrlUse.None : Settings.UrlUse.Optional;

    public string? WhyNot(string key) => KafkaProfileRules.WhyNot(key);

    public IReadOnlyList<Setting> ProfileSettings => KafkaSettings.OfProfile;

    public IReadOnlyList<Setting> SubscribeSettings => KafkaSettings.OfSubscription;

    public IReadOnlyList<Setting> PublishSettings => KafkaSettings.OfMessage;

    public IReadOnlyList<DetailField> Details => KafkaDetails.All;

    public IEnumerable<SettingProblem> Check(Profile profile) => KafkaProfileRules.Check(profile);

    public IEnumerable<string> LeavesBehind(Profile profile) => KafkaProfileRules.LeavesBehind(profile);

    public SettingValues OptionsOf(Message message) => KafkaOutgoing.OptionsOf(message);

    public async Task<ISession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await KafkaSession.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false);

    public async Task<ISession> ListenAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => await TestBrokerSession.StartAsync(context, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => KafkaConnectionTest.RunAsync(profile, context, cancellationToken);
}
