using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Contracts;

/// <summary>A peer of a protocol that the contract is tried on.</summary>
public interface IContractPeer : IAsyncDisposable
{
    /// <summary>A profile that connects to it, with <see cref="TransportContract.Secret"/> as its password where it takes one.</summary>
    Profile Profile { get; }

    /// <summary>Ends it without a goodbye.</summary>
    Task KillAsync();
}

/// <summary>Somebody who takes whatever comes and says nothing.</summary>
public interface ISilentPeer : IAsyncDisposable
{
    int Port { get; }

    /// <summary>Ends when the first client has come.</summary>
    Task Accepted { get; }
}

/// <summary>What every protocol keeps, whatever it speaks. A protocol derives from it once for each kind of peer.</summary>
public abstract class TransportContract : IAsyncLifetime
{
    public const string Secret = "s3cret-that-nobody-sees";

    private readonly List<IAsyncDisposable> _owned = [];

    protected IContractPeer Peer { get; private set; } = null!;

    protected abstract ITransport Transport { get; }

    /// <summary>A subscription that the peer, or the protocol's rules, refuse.</summary>
    protected abstract Subscription RefusedSubscription { get; }

    /// <summary>False where messages have no topic: whatever the peer sends comes, and it sends to everybody what it gets from one.</summary>
    protected virtual bool HasTopics => true;

    /// <summary>False where what does not fit into the inbox waits, because it is pulled.</summary>
    protected virtual bool MayDrop => true;

    /// <summary>How many messages a subscription begins with: the state that a peer tells at once.</summary>
    protected virtual int AtSubscribing => 0;

    protected abstract Task<IContractPeer> StartPeerAsync();

    /// <summary>A peer that takes whatever comes and says nothing.</summary>
    protected virtual ISilentPeer StartSilent() => new SilentStream();

    /// <summary>The profile, pointed at another port of this machine.</summary>
    protected abstract Profile ProfileAt(int port);

    public async Task InitializeAsync() => Peer = await StartPeerAsync();

    public async Task DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await Peer.DisposeAsync();
    }

    [Fact]
    public async Task A_message_that_is_sent_comes_to_its_subscriber_and_is_listed_as_sent()
    {
        var receiver = new Surroundings();
        var sender = new Surroundings();
        var receiving = await ConnectAsync(receiver);
        var sending = await ConnectAsync(sender);
        await SubscribeAsync(receiving, "contract/a");

        var result = await sending.PublishAsync(Message("contract/a", "hello"), CancellationToken.None);

        Assert.True(result.IsAccepted, result.Text);
        var received = await receiver.NextAsync(message => IsArrival(message) && message.Topic == Topic("contract/a"));
        Assert.Equal("hello"u8.ToArray(), received.Payload.ToArray());
        Assert.False(received.IsReplayed);
        var sent = await sender.NextAsync(message => message.Direction == Direction.Out);
        Assert.Equal(Topic("contract/a"), sent.Topic);
        Assert.Equal("hello"u8.ToArray(), sent.Payload.ToArray());
    }

    [Fact]
    public async Task After_unsubscribing_nothing_comes_any_more()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        Assert.Equal(HasTopics, session.Capabilities.HasFlag(Capabilities.Subscribe));
        if (!HasTopics)
            return;
        var gone = new Subscription(Topic("contract/gone"));
        await session.SubscribeAsync(gone, null, CancellationToken.None);
        await session.SubscribeAsync(new Subscription(Topic("contract/end")), null, CancellationToken.None);

        await session.UnsubscribeAsync(gone, CancellationToken.None);
        await session.PublishAsync(Message("contract/gone", "1"), CancellationToken.None);
        await session.PublishAsync(Message("contract/end", "2"), CancellationToken.None);

        var first = await surroundings.NextAsync(IsArrival);
        Assert.Equal(Topic("contract/end"), first.Topic);
    }

    [Fact]
    public async Task Connecting_to_a_silent_peer_can_be_cancelled()
    {
        await using var silent = StartSilent();
        using var cancellation = new CancellationTokenSource();

        var connecting = Transport.ConnectAsync(ProfileAt(silent.Port), new Surroundings().Context, cancellation.Token);
        await silent.Accepted.WaitAsync(Surroundings.Patience);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task A_lost_peer_faults_the_completion_with_a_reason()
    {
        var session = await ConnectAsync(new Surroundings());
        Assert.False(session.Completion.IsCompleted);

        await Peer.KillAsync();

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(FailureKind.Lost, lost.Kind);
        Assert.False(lost.IsFinal);
        Assert.EndsWith(".", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_twice_is_harmless_and_ends_the_completion()
    {
        var session = await ConnectAsync(new Surroundings());

        await session.DisposeAsync();
        await session.DisposeAsync();

        await session.Completion.WaitAsync(Surroundings.Patience);
        Assert.True(session.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Disposing_while_messages_arrive_ends_without_a_fault()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        var sending = await ConnectAsync(new Surroundings());
        await SubscribeAsync(session, "contract/flow");
        using var stop = new CancellationTokenSource();
        var flow = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await sending.PublishAsync(Message("contract/flow", "x"), CancellationToken.None);
        });
        await surroundings.NextInAsync(Topic("contract/flow"));

        await session.DisposeAsync().AsTask().WaitAsync(Surroundings.Patience);
        await stop.CancelAsync();
        await flow;

        Assert.True(session.Completion.IsCompletedSuccessfully);
        Assert.False(sending.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_full_inbox_drops_and_counts_or_makes_wait()
    {
        const int Sent = 500;
        var surroundings = new Surroundings(capacity: 10);
        var session = await ConnectAsync(surroundings);
        var sending = await ConnectAsync(new Surroundings());
        await SubscribeAsync(session, "contract/full");

        for (var i = 0; i < Sent; i++)
            await sending.PublishAsync(Message("contract/full", "x"), CancellationToken.None);

        if (!MayDrop)
        {
            for (var i = 0; i < Sent; i++)
                await surroundings.NextAsync(message => message.Direction == Direction.In);
            Assert.Equal(0, surroundings.Inbox.Dropped);
            return;
        }

        await Surroundings.UntilAsync(() => surroundings.Inbox.Received == Sent + AtSubscribing, "all have come");
        Assert.Equal(Sent + AtSubscribing - 10, surroundings.Inbox.Dropped);
    }

    [Fact]
    public async Task A_refused_subscription_is_a_result_and_the_session_lives_on()
    {
        var session = await ConnectAsync(new Surroundings());

        var result = await session.SubscribeAsync(RefusedSubscription, null, CancellationToken.None);

        Assert.False(result.IsAccepted);
        Assert.NotEmpty(result.Text);
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task Whatever_is_asked_of_an_ended_session_is_a_transport_failure()
    {
        var session = await ConnectAsync(new Surroundings());
        await session.DisposeAsync();

        await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(Message("contract/a", "x"), CancellationToken.None)
        );
        await Assert.ThrowsAsync<TransportException>(() =>
            session.SubscribeAsync(new Subscription(Topic("contract/a")), null, CancellationToken.None)
        );
    }

    [Fact]
    public async Task No_secret_is_in_a_log_event_a_fact_a_notice_or_a_failure()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.PublishAsync(Message("contract/a", "x"), CancellationToken.None);
        await Peer.KillAsync();
        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            Transport.ConnectAsync(Peer.Profile, surroundings.Context, CancellationToken.None)
        );

        var said = surroundings
            .Log.Events.Concat([lost.ToString(), refused.ToString()])
            .Concat(session.Facts.Select(fact => fact.Value));
        Assert.NotEmpty(surroundings.Log.Events);
        Assert.DoesNotContain(said, text => text.Contains(Secret, StringComparison.Ordinal));
        while (surroundings.Notices.Reader.TryRead(out var notice))
            Assert.DoesNotContain(Secret, notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_the_connection_passes_every_step()
    {
        var steps = await StepsAsync(Peer.Profile);

        Assert.All(steps, step => Assert.True(step.IsPassed, step.Text));
        Assert.True(steps.Count > 1);
    }

    [Fact]
    public async Task A_test_of_a_dead_port_ends_with_the_step_that_failed()
    {
        await Peer.KillAsync();

        var steps = await StepsAsync(Peer.Profile);

        Assert.False(steps[^1].IsPassed);
        Assert.All(steps.SkipLast(1), step => Assert.True(step.IsPassed, step.Text));
    }

    protected OutgoingMessage Message(string topic, string payload) =>
        new() { Topic = Topic(topic), Payload = System.Text.Encoding.UTF8.GetBytes(payload) };

    /// <summary>How the protocol writes a topic of these tests.</summary>
    protected virtual string Topic(string topic) => HasTopics ? topic : "";

    // What a peer tells at the beginning is empty in these tests.
    private static bool IsArrival(Message message) => message.Direction == Direction.In && !message.Payload.IsEmpty;

    private async Task SubscribeAsync(ISession session, string topic)
    {
        if (!HasTopics)
            return;
        var subscribed = await session.SubscribeAsync(new Subscription(Topic(topic)), null, CancellationToken.None);
        Assert.True(subscribed.IsAccepted, subscribed.Text);
    }

    protected async Task<ISession> ConnectAsync(Surroundings surroundings, Profile? profile = null)
    {
        var session = await Transport.ConnectAsync(
            profile ?? Peer.Profile,
            surroundings.Context,
            CancellationToken.None
        );
        _owned.Add(session);
        return session;
    }

    protected async Task<IReadOnlyList<TestStep>> StepsAsync(Profile profile)
    {
        var steps = new List<TestStep>();
        await foreach (var step in Transport.TestAsync(profile, new Surroundings().Context, CancellationToken.None))
            steps.Add(step);
        return steps;
    }

    private sealed class SilentStream : ISilentPeer
    {
        private readonly ScriptedPeer _peer = new(
            (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation)
        );

        public int Port => _peer.Port;

        public Task Accepted => _peer.Accepted;

        public ValueTask DisposeAsync() => _peer.DisposeAsync();
    }
}
