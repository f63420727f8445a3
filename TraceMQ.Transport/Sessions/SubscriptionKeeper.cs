namespace TraceMQ.Transport.Sessions;

/// <summary>
/// Keeps the subscriptions of a connection over its sessions: what is asked for is made now or with the next session, and a new session gets
/// all of them, each from where the last one stood.
/// </summary>
internal sealed class SubscriptionKeeper
{
    private readonly WantedSubscriptions _wanted = new();
    private readonly Action<SessionEvent> _tell;
    private readonly SemaphoreSlim _turn;
    private volatile LiveSession? _live;
    private volatile bool _isOver;

    /// <param name="tell">Hears what became of each subscription.</param>
    /// <param name="turn">Held while subscriptions change or are made again, so that none is made twice or forgotten between two sessions.</param>
    public SubscriptionKeeper(Action<SessionEvent> tell, SemaphoreSlim turn)
    {
        _tell = tell;
        _turn = turn;
    }

    /// <summary>The session that is live; null where none is.</summary>
    public LiveSession? Live => _live;

    /// <summary>True once there will be no further session.</summary>
    public bool IsOver => _isOver;

    /// <summary>What is wanted, be it subscribed at the moment or not.</summary>
    public IReadOnlyList<Subscription> Wanted => _wanted.Snapshot;

    /// <summary>The profile's list, which counts with the first attempt.</summary>
    public void TakeFrom(Settings.Profile profile, TopicUse topics) => _wanted.TakeFrom(profile, topics);

    /// <summary>There will be no further session.</summary>
    public void End() => _isOver = true;

    /// <summary>Subscribes now, or at the next connect where there is no connection. A refused subscription is not wanted any more.</summary>
    /// <exception cref="TransportException">The connection failed before the peer answered, or is over.</exception>
    public async Task<SubscribeResult> SubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOver)
                throw SupervisorFailures.Over();
            if (_live is not { } live)
            {
                _wanted.Put(subscription);
                return new SubscribeResult(true, "remembered; it is made when the connection is up");
            }

            var result = await live.RunAsync(
                    token => live.Session.SubscribeAsync(subscription, from: null, token),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (result.IsAccepted)
                _wanted.Put(subscription);
            _tell(new SessionEvent.Subscribed(subscription, result));
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a subscription, and does not make it again.</summary>
    /// <exception cref="TransportException">The connection failed; the subscription is not made again all the same.</exception>
    public async Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _wanted.Remove(subscription);
            if (_live is { } live)
            {
                await live.RunAsync(
                        async token =>
                        {
                            await live.Session.UnsubscribeAsync(subscription, token).ConfigureAwait(false);
                            return true;
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            _tell(new SessionEvent.Unsubscribed(subscription));
            _turn.Release();
        }
    }

    /// <summary>A subscription ended by itself: it is not made again.</summary>
    public void Forget(string topic) => _wanted.Remove(new Subscription(topic));

    /// <summary>A session is up: it becomes visible, and gets the subscriptions.</summary>
    public async Task BeginAsync(LiveSession live, TopicUses topics, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The session becomes visible only here: a subscription asked for earlier is in the list, a later one waits for its turn.
            _live = live;
            _tell(
                new SessionEvent.Connected(live.Session.Capabilities, live.Session.Facts)
                {
                    ListensOn = live.Session.ListensOn,
                    PublishTopic = topics.Publish,
                    SubscribeTopic = topics.Subscribe,
                    TopicPrefix = topics.Prefix,
                }
            );
            if (!live.Session.Capabilities.HasFlag(Capabilities.Subscribe))
                return;
            foreach (var subscription in _wanted.Snapshot)
            {
                var from = _wanted.PositionOf(subscription);
                var result = await live.RunAsync(
                        token => live.Session.SubscribeAsync(subscription, from, token),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                _tell(new SessionEvent.Subscribed(subscription, result));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The session is not up any more.</summary>
    public void Leave() => _live = null;

    /// <summary>Where the subscriptions of a session stood, for the next one.</summary>
    public void NotePositions(ISession session) => _wanted.NotePositions(session);
}
