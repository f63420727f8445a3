using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Doubles;

/// <summary>A transport in memory whose attempts go as the test says, and whose sessions the test can look at and end.</summary>
internal sealed class FakeTransport : ITransport
{
    private readonly Channel<FakeSession> _opened = Channel.CreateUnbounded<FakeSession>();
    private static readonly Setting[] s_none = [];
    private readonly Queue<Exception> _failures = new();

    public static Setting<long> Qos { get; } = Setting.Number("qos", "How surely it is delivered.", 0, 0, 2);

    public static Setting<bool> Retain { get; } = Setting.Flag("retain", "Kept by the peer.");

    public static Setting<string> ClientId { get; } = Setting.Text("fake.client_id", "Who we are.");

    public static Setting<string> KeyFile { get; } = Setting.File("fake.key_file", "Where our key is.");

    public static DetailField QosField { get; } = new("qos", "qos", DetailKind.Number, "How surely it came.");

    public string Protocol => "fake";

    public IReadOnlyList<UrlScheme> Schemes { get; } = [new("fake", Carrier.Tcp, 4000, ["tcp"])];

    public bool CanListen => true;

    public TopicSyntax Topics { get; } = new FakeTopics();

    public IReadOnlyList<Setting> ProfileSettings =>
        [
            AuthSettings.Username,
            AuthSettings.Password,
            ClientId,
            KeyFile,
            .. HasReply ? [ServerSettings.Reply] : s_none,
        ];

    /// <summary>True where its servers reply.</summary>
    public bool HasReply { get; init; }

    public static Setting<StartPoint> Start { get; } =
        Setting.Start(StartPoint.StartKey, "Where it begins.", StartPoint.Latest, StartKind.Earliest, StartKind.Latest);

    public static Setting<StartPoint> Until { get; } =
        Setting.Start(StartPoint.UntilKey, "Where it ends.", StartPoint.End, StartKind.End, StartKind.Sequence);

    public IReadOnlyList<Setting> SubscribeSettings => KeepsHistory ? [Qos, Start, Until] : [Qos];

    /// <summary>True where subscriptions can begin in the past.</summary>
    public bool KeepsHistory { get; init; }

    public TopicUse Subscribing { get; init; } = TopicUse.Required;

    public TopicUse Publishing { get; init; } = TopicUse.Required;

    public UrlUse Addressing { get; init; } = TraceMQ.Transport.Settings.UrlUse.Required;

    /// <summary>What is sent to this topic changes nothing.</summary>
    public string HarmlessTopic { get; init; } = "";

    /// <summary>The beginning of a target that it recognises without a scheme.</summary>
    public string Recognised { get; init; } = "";

    public IReadOnlyList<Setting> PublishSettings { get; } = [Qos, Retain];

    public IReadOnlyList<DetailField> Details { get; } = [QosField];

    public Capabilities Capabilities { get; set; } =
        Capabilities.Subscribe | Capabilities.Publish | Capabilities.Browse | Capabilities.Wire;

    /// <summary>What every session is told before it is handed out.</summary>
    public Action<FakeSession> OnOpen { get; set; } = _ => { };

    /// <summary>Every session so far, in order.</summary>
    public List<FakeSession> Sessions { get; } = [];

    /// <summary>The profile of the last attempt.</summary>
    public Profile? LastProfile { get; private set; }

    /// <summary>The next attempt that has none before it in line fails with this.</summary>
    public void FailNext(Exception failure) => _failures.Enqueue(failure);

    /// <summary>Waits for the next session.</summary>
    public async Task<FakeSession> NextSessionAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        return await _opened.Reader.ReadAsync(limit.Token);
    }

    public TopicUse SubscribeTopic(Profile profile) => Subscribing;

    public TopicUse PublishTopic(Profile profile) => Publishing;

    public UrlUse UrlUse(ProfileMode mode) => Addressing;

    public bool Changes(OutgoingMessage message) => message.Topic != HarmlessTopic;

    public RawProfile? Recognise(string target) =>
        Recognised.Length > 0 && target.StartsWith(Recognised, StringComparison.Ordinal)
            ? new RawProfile(
                "recognised",
                Protocol,
                new Dictionary<string, RawValue>(StringComparer.Ordinal)
                {
                    [ClientId.Key] = new RawValue.Text(target[Recognised.Length..]),
                }
            )
            : null;

    public IEnumerable<SettingProblem> Check(Profile profile) => [];

    public IEnumerable<string> LeavesBehind(Profile profile) => [];

    public SettingValues OptionsOf(Message message) =>
        message.Details.Find("qos") is { } qos ? SettingValues.Empty.With(Qos, qos.Number) : SettingValues.Empty;

    public Task<ISession> ConnectAsync(Profile profile, SessionContext context, CancellationToken cancellationToken) =>
        OpenAsync(profile, context, isListening: false, cancellationToken);

    public Task<ISession> ListenAsync(Profile profile, SessionContext context, CancellationToken cancellationToken) =>
        OpenAsync(profile, context, isListening: true, cancellationToken);

    public async IAsyncEnumerable<TestStep> TestAsync(
        Profile profile,
        SessionContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        yield return new TestStep("name", true, TimeSpan.FromMilliseconds(1), "127.0.0.1");
        if (_failures.TryDequeue(out var failure))
            yield return new TestStep("TCP", false, TimeSpan.FromMilliseconds(2), failure.Message);
    }

    private Task<ISession> OpenAsync(
        Profile profile,
        SessionContext context,
        bool isListening,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        LastProfile = profile;
        if (_failures.TryDequeue(out var failure))
            return Task.FromException<ISession>(failure);
        var session = new FakeSession(
            context,
            isListening ? Capabilities.Publish | Capabilities.Listen : Capabilities,
            isListening
        );
        Sessions.Add(session);
        OnOpen(session);
        _opened.Writer.TryWrite(session);
        return Task.FromResult<ISession>(session);
    }
}
