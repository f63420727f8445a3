using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Sessions;

public sealed class SessionSupervisorTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_connects_and_makes_the_subscriptions_of_the_profile()
    {
        await using var harness = new SupervisorHarness(null, "a", "b");

        var session = await harness.ConnectedAsync();
        var first = await harness.NextAsync<SessionEvent.Subscribed>();
        var second = await harness.NextAsync<SessionEvent.Subscribed>();

        Assert.Equal(["a", "b"], [first.Subscription.Topic, second.Subscription.Topic]);
        Assert.True(harness.Supervisor.IsConnected);
        Assert.Equal(["a", "b"], harness.Supervisor.Subscriptions.Select(item => item.Topic));
        Assert.All(session.Subscribed, item => Assert.Null(item.From));
    }

    [Fact]
    public async Task A_server_profile_listens_and_subscribes_to_nothing()
    {
        await using var harness = new SupervisorHarness(null, "a");
        harness.Profile = harness.Profile with { Mode = ProfileMode.Server };

        var session = await harness.ConnectedAsync();

        Assert.True(session.IsListening);
        session.Context.Notices.TryWrite(new Notice(NoticeLevel.Information, "hello"));
        Assert.Equal("hello", (await harness.NextAsync<SessionEvent.Noticed>()).Notice.Text);
        Assert.Empty(session.Subscribed);
    }

    [Fact]
    public async Task A_lost_connection_is_resolved_anew_and_goes_on_where_it_stood()
    {
        await using var harness = new SupervisorHarness(null, "a", "b");
        var first = await harness.ConnectedAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();
        await harness.NextAsync<SessionEvent.Subscribed>();
        first.StandAt("a", 41);

        first.Lose(FailureKind.Lost, "gone");
        var waiting = await harness.NextAsync<SessionEvent.Waiting>();
        var second = await harness.ConnectsAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();
        await harness.NextAsync<SessionEvent.Subscribed>();

        Assert.Equal("gone", waiting.Reason.Message);
        Assert.Equal(TimeSpan.Zero, waiting.Delay);
        Assert.Equal(2, harness.Resolved);
        Assert.Equal(1, first.Disposals);
        Assert.Equal([("a", new FakePoint(41)), ("b", null)], Places(second));
    }

    [Fact]
    public async Task What_a_session_delivers_while_it_ends_is_not_delivered_again()
    {
        await using var harness = new SupervisorHarness(null, "a");
        var first = await harness.ConnectedAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();
        first.StandAt("a", 1);
        first.OnDispose = () => first.StandAt("a", 2);

        first.Lose(FailureKind.Lost, "gone");
        await harness.NextAsync<SessionEvent.Waiting>();
        var second = await harness.ConnectsAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();

        Assert.Equal([("a", new FakePoint(2))], Places(second));
    }

    [Fact]
    public async Task A_position_survives_a_session_that_never_got_to_it()
    {
        await using var harness = new SupervisorHarness(null, "a");
        var first = await harness.ConnectedAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();
        first.StandAt("a", 7);
        harness.Transport.OnOpen = session => session.OnSubscribe = (_, token) => NeverAsync<SubscribeResult>(token);
        first.Lose(FailureKind.Lost, "gone");
        await harness.NextAsync<SessionEvent.Waiting>();
        var second = await harness.ConnectsAsync();
        harness.Transport.OnOpen = _ => { };
        second.Lose(FailureKind.Lost, "gone again");
        var waiting = await harness.NextAsync<SessionEvent.Waiting>();
        harness.Time.Advance(waiting.Delay);
        var third = await harness.ConnectsAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();

        Assert.Equal("gone again", waiting.Reason.Message);
        Assert.Equal([("a", new FakePoint(7))], Places(third));
    }

    [Fact]
    public async Task Failures_in_a_row_wait_longer_and_a_connection_that_lived_long_begins_anew()
    {
        await using var harness = new SupervisorHarness();
        for (var i = 0; i < 3; i++)
            harness.Transport.FailNext(new TransportException(FailureKind.Refused, "nobody there"));

        harness.Supervisor.Start();
        var delays = new List<double>();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(attempt, (await harness.NextAsync<SessionEvent.Connecting>()).Attempt);
            var waiting = await harness.NextAsync<SessionEvent.Waiting>();
            delays.Add(waiting.Delay.TotalSeconds);
            harness.Time.Advance(waiting.Delay);
        }

        Assert.Equal([0, 0.25, 0.5], delays);
        var session = await harness.ConnectsAsync();
        harness.Time.Advance(TimeSpan.FromSeconds(29));
        session.Lose(FailureKind.Lost, "too early");
        var early = await harness.NextAsync<SessionEvent.Waiting>();
        Assert.Equal(0.75, early.Delay.TotalSeconds);
        harness.Time.Advance(early.Delay);

        session = await harness.ConnectsAsync();
        harness.Time.Advance(TimeSpan.FromSeconds(31));
        session.Lose(FailureKind.Lost, "after long");
        Assert.Equal(TimeSpan.Zero, (await harness.NextAsync<SessionEvent.Waiting>()).Delay);
    }

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public async Task A_read_only_connection_does_nothing_that_changes_the_peer(
        bool isReadOnly,
        bool isChange,
        int done
    )
    {
        await using var harness = new SupervisorHarness(new SupervisorOptions { IsReadOnly = isReadOnly });
        var session = await harness.ConnectedAsync();
        var node = new Nodes();
        session.FeatureObject = node;
        var action = new SessionAction("clear", "Clears it.", isChange, []);
        var plan = new ActionPlan(new NodePath("a"), new ActionCall(action, SettingValues.Empty), "clears it", ["a"]);

        if (done == 0)
            await Assert.ThrowsAsync<TransportException>(() =>
                harness.Supervisor.RunAsync(plan, CancellationToken.None)
            );
        else
            Assert.True((await harness.Supervisor.RunAsync(plan, CancellationToken.None)).IsDone);

        Assert.Equal(done, node.Done);
    }

    [Fact]
    public async Task Retry_now_ends_the_wait()
    {
        await using var harness = new SupervisorHarness();
        harness.Transport.FailNext(new TransportException(FailureKind.Refused, "no"));
        harness.Transport.FailNext(new TransportException(FailureKind.Refused, "no"));
        harness.Supervisor.Start();
        await harness.NextAsync<SessionEvent.Connecting>();
        await harness.NextAsync<SessionEvent.Waiting>();
        await harness.NextAsync<SessionEvent.Connecting>();
        Assert.True((await harness.NextAsync<SessionEvent.Waiting>()).Delay > TimeSpan.Zero);

        harness.Supervisor.RetryNow();

        await harness.ConnectsAsync();
    }

    [Fact]
    public async Task Refused_credentials_end_it()
    {
        await using var harness = new SupervisorHarness();
        harness.Transport.FailNext(new TransportException(FailureKind.Credentials, "wrong password"));

        harness.Supervisor.Start();
        await harness.NextAsync<SessionEvent.Connecting>();
        var ended = await harness.NextAsync<SessionEvent.Ended>();

        Assert.Equal("wrong password", ended.Reason?.Message);
        await harness.Supervisor.Completion.WaitAsync(s_limit);
        Assert.Empty(harness.Transport.Sessions);
    }

    [Fact]
    public async Task Without_a_policy_the_first_loss_ends_it()
    {
        await using var harness = new SupervisorHarness(new SupervisorOptions());
        var session = await harness.ConnectedAsync();

        session.Lose(FailureKind.Lost, "gone");

        Assert.Equal("gone", (await harness.NextAsync<SessionEvent.Ended>()).Reason?.Message);
        await harness.Supervisor.Completion.WaitAsync(s_limit);
        Assert.Equal(1, session.Disposals);
        Assert.False(harness.Supervisor.IsConnected);
    }

    [Fact]
    public async Task A_first_connection_that_fails_can_end_it_though_a_lost_one_is_retried()
    {
        var options = new SupervisorOptions(new ReconnectPolicy()) { EndsWhereFirstConnectFails = true };
        await using (var failing = new SupervisorHarness(options))
        {
            failing.Transport.FailNext(new TransportException(FailureKind.Refused, "no"));
            failing.Supervisor.Start();
            await failing.NextAsync<SessionEvent.Connecting>();
            Assert.Equal("no", (await failing.NextAsync<SessionEvent.Ended>()).Reason?.Message);
        }

        await using var harness = new SupervisorHarness(options);
        var session = await harness.ConnectedAsync();
        session.Lose(FailureKind.Lost, "gone");
        await harness.NextAsync<SessionEvent.Waiting>();
        await harness.ConnectsAsync();
    }

    [Fact]
    public async Task An_unexpected_exception_becomes_a_sentence()
    {
        await using var harness = new SupervisorHarness();
        harness.Transport.FailNext(new InvalidOperationException("secret detail"));

        harness.Supervisor.Start();
        await harness.NextAsync<SessionEvent.Connecting>();
        var waiting = await harness.NextAsync<SessionEvent.Waiting>();

        Assert.Contains("InvalidOperationException", waiting.Reason.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", waiting.Reason.Message, StringComparison.Ordinal);
        var session = await harness.ConnectsAsync();
        session.Lose(new FormatException("bad"));
        Assert.Equal(FailureKind.Lost, (await harness.NextAsync<SessionEvent.Waiting>()).Reason.Kind);
    }

    [Fact]
    public async Task A_read_only_profile_refuses_to_publish_before_the_session_is_touched()
    {
        await using var harness = new SupervisorHarness();
        harness.Profile = harness.Profile with { Values = SettingValues.Empty.With(CommonSettings.ReadOnly, true) };
        var session = await harness.ConnectedAsync();

        var refusal = await Assert.ThrowsAsync<TransportException>(() =>
            harness.Supervisor.PublishAsync(new OutgoingMessage { Topic = "a" }, CancellationToken.None)
        );

        Assert.Equal(FailureKind.Configuration, refusal.Kind);
        Assert.Empty(session.Published);
    }

    [Fact]
    public async Task Read_only_by_option_reaches_the_transport_too()
    {
        await using var harness = new SupervisorHarness(new SupervisorOptions { IsReadOnly = true });

        await harness.ConnectedAsync();

        Assert.True(harness.Transport.LastProfile?.IsReadOnly);
        await Assert.ThrowsAsync<TransportException>(() =>
            harness.Supervisor.PublishAsync(new OutgoingMessage { Topic = "a" }, CancellationToken.None)
        );
    }

    [Fact]
    public async Task Publishing_reaches_the_live_session_and_fails_without_one()
    {
        await using var harness = new SupervisorHarness();
        var message = new OutgoingMessage { Topic = "a" };

        var refusal = await Assert.ThrowsAsync<TransportException>(() =>
            harness.Supervisor.PublishAsync(message, CancellationToken.None)
        );
        Assert.Equal(FailureKind.Lost, refusal.Kind);

        var session = await harness.ConnectedAsync();
        Assert.True((await harness.Supervisor.PublishAsync(message, CancellationToken.None)).IsAccepted);
        Assert.Same(message, Assert.Single(session.Published));
    }

    [Fact]
    public async Task A_subscription_asked_for_while_disconnected_is_made_at_connect()
    {
        await using var harness = new SupervisorHarness();

        var result = await harness.Supervisor.SubscribeAsync(new Subscription("later"), CancellationToken.None);
        Assert.True(result.IsAccepted);
        await harness.ConnectedAsync();

        Assert.Equal("later", (await harness.NextAsync<SessionEvent.Subscribed>()).Subscription.Topic);
    }

    [Fact]
    public async Task A_refused_subscription_is_not_made_again()
    {
        await using var harness = new SupervisorHarness();
        harness.Transport.OnOpen = session =>
            session.OnSubscribe = (_, _) => Task.FromResult(new SubscribeResult(false, "not authorized"));
        var session = await harness.ConnectedAsync();

        var result = await harness.Supervisor.SubscribeAsync(new Subscription("a"), CancellationToken.None);

        Assert.False(result.IsAccepted);
        Assert.False((await harness.NextAsync<SessionEvent.Subscribed>()).Result.IsAccepted);
        session.Lose(FailureKind.Lost, "gone");
        await harness.NextAsync<SessionEvent.Waiting>();
        var second = await harness.ConnectsAsync();
        await harness.Supervisor.SubscribeAsync(new Subscription("b"), CancellationToken.None);
        Assert.Equal("b", Assert.Single(second.Subscribed).Subscription.Topic);
    }

    [Fact]
    public async Task An_ended_subscription_does_not_come_back()
    {
        await using var harness = new SupervisorHarness(null, "a", "b");
        var session = await harness.ConnectedAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();
        await harness.NextAsync<SessionEvent.Subscribed>();

        await harness.Supervisor.UnsubscribeAsync(new Subscription("a"), CancellationToken.None);
        await harness.NextAsync<SessionEvent.Unsubscribed>();
        session.Lose(FailureKind.Lost, "gone");
        await harness.NextAsync<SessionEvent.Waiting>();
        var second = await harness.ConnectsAsync();
        await harness.NextAsync<SessionEvent.Subscribed>();

        Assert.Equal("a", Assert.Single(session.Unsubscribed).Topic);
        Assert.Equal("b", Assert.Single(second.Subscribed).Subscription.Topic);
    }

    [Fact]
    public async Task A_connection_lost_while_a_subscription_waits_for_its_answer_says_so()
    {
        await using var harness = new SupervisorHarness();
        var session = await harness.ConnectedAsync();
        session.OnSubscribe = (_, token) => NeverAsync<SubscribeResult>(token);

        var subscribing = harness.Supervisor.SubscribeAsync(new Subscription("a"), CancellationToken.None);
        session.Lose(FailureKind.Lost, "gone");

        var failure = await Assert.ThrowsAsync<TransportException>(() => subscribing.WaitAsync(s_limit));
        Assert.Equal(FailureKind.Lost, failure.Kind);
    }

    [Fact]
    public async Task Dispose_ends_the_session_once_and_reports_an_end_without_a_reason()
    {
        var harness = new SupervisorHarness();
        var session = await harness.ConnectedAsync();

        await Task.WhenAll(harness.Supervisor.DisposeAsync().AsTask(), harness.Supervisor.DisposeAsync().AsTask());
        await harness.Supervisor.DisposeAsync();

        Assert.Null((await harness.NextAsync<SessionEvent.Ended>()).Reason);
        Assert.True(harness.HasNoMoreEvents);
        Assert.Equal(1, session.Disposals);
        Assert.True(harness.Supervisor.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Dispose_ends_an_attempt_that_hangs()
    {
        var harness = new SupervisorHarness();
        var entered = new TaskCompletionSource();
        harness.Resolve = token =>
        {
            entered.SetResult();
            return NeverAsync<Profile>(token);
        };
        harness.Supervisor.Start();
        await entered.Task.WaitAsync(s_limit);

        await harness.Supervisor.DisposeAsync().AsTask().WaitAsync(s_limit);

        await harness.NextAsync<SessionEvent.Connecting>();
        Assert.Null((await harness.NextAsync<SessionEvent.Ended>()).Reason);
    }

    [Fact]
    public async Task The_feature_is_the_live_sessions()
    {
        await using var harness = new SupervisorHarness();
        Assert.Null(harness.Supervisor.Feature<string>());
        harness.Transport.OnOpen = session => session.FeatureObject = "feature";

        await harness.ConnectedAsync();

        Assert.Equal("feature", harness.Supervisor.Feature<string>());
    }

    private static (string Topic, FakePoint? From)[] Places(FakeSession session) =>
        [.. session.Subscribed.Select(item => (item.Subscription.Topic, (FakePoint?)item.From))];

    private static async Task<T> NeverAsync<T>(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("It waits for ever.");
    }

    /// <summary>Something to browse that counts what is done to it.</summary>
    private sealed class Nodes : IBrowsable
    {
        public int Done { get; private set; }

        public IAsyncEnumerable<Node> ListAsync(NodePath? parent, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<Node>();

        public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken) =>
            Task.FromResult(new ActionPlan(node, call, "", []));

        public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken)
        {
            Done++;
            return Task.FromResult(new ActionResult(IsDone: true, "done"));
        }
    }
}
