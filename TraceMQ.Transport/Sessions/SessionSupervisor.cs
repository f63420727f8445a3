using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Sessions;

/// <summary>
/// Keeps one connection up: connects or listens, makes the wanted subscriptions, waits for the end, and tries again by
/// <see cref="ReconnectPolicy"/> until that is useless or we stop. Every attempt resolves the profile anew and has a session of its own.
/// </summary>
public sealed class SessionSupervisor : IAsyncDisposable
{
    private readonly ITransport _transport;
    private readonly Func<CancellationToken, Task<Profile>> _resolve;
    private readonly Action<SessionEvent> _report;
    private readonly SupervisorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SessionContext _context;
    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly SemaphoreSlim _subscribing = new(1, 1);
    private readonly SubscriptionKeeper _subscriptions;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lifetime = new();
    private volatile TaskCompletionSource? _retry;
    private volatile bool _isProfileReadOnly;
    private Task _running = Task.CompletedTask;
    private bool _isStarted;
    private bool _isDisposed;

    /// <param name="transport">The protocol.</param>
    /// <param name="resolve">Reads the profile and its references; called for each attempt, so that a rotated password is found.</param>
    /// <param name="inbox">Where messages go, from whichever session is live.</param>
    /// <param name="report">Called for every event, in order, from one task at a time; it must only pass the event on.</param>
    /// <param name="options">Retrying and read-only.</param>
    /// <param name="time">The clock and the timers.</param>
    /// <param name="log">For diagnosis.</param>
    public SessionSupervisor(
        ITransport transport,
        Func<CancellationToken, Task<Profile>> resolve,
        Inbox inbox,
        Action<SessionEvent> report,
        SupervisorOptions options,
        TimeProvider time,
        ILogger log
    )
    {
        _transport = transport;
        _resolve = resolve;
        _report = report;
        _options = options;
        _time = time;
        _log = log;
        _subscriptions = new SubscriptionKeeper(Tell, _subscribing);
        _context = new SessionContext(inbox, new EventNotices(_events.Writer, _subscriptions.Forget), time, log);
    }

    /// <summary>Ends once <see cref="SessionEvent.Ended"/> was reported. It does not fault where the connection did: the event has the reason.</summary>
    public Task Completion => _completion.Task;

    /// <summary>True while a session is live.</summary>
    public bool IsConnected => _subscriptions.Live is not null;

    /// <summary>True where nothing may be published; known for certain once the profile was resolved.</summary>
    public bool IsReadOnly => _options.IsReadOnly || _isProfileReadOnly;

    /// <summary>What is wanted, be it subscribed at the moment or not. The profile's list comes in with the first attempt.</summary>
    public IReadOnlyList<Subscription> Subscriptions => _subscriptions.Wanted;

    /// <summary>Begins with the first attempt. Once.</summary>
    public void Start()
    {
        lock (_lifetime)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_isStarted)
                throw new InvalidOperationException("A supervisor starts once.");
            _isStarted = true;
            _running = Task.WhenAll(Task.Run(RunAsync), Task.Run(ReportAsync));
        }
    }

    /// <summary>Ends a wait for the next attempt. Without effect while connected, while connecting and after the end.</summary>
    public void RetryNow() => _retry?.TrySetResult();

    /// <summary>Subscribes now, or at the next connect where there is no connection. A refused subscription is not wanted any more.</summary>
    /// <exception cref="TransportException">The connection failed before the peer answered, or is over.</exception>
    public Task<SubscribeResult> SubscribeAsync(Subscription subscription, CancellationToken cancellationToken) =>
        _subscriptions.SubscribeAsync(subscription, cancellationToken);

    /// <summary>Ends a subscription, and does not make it again.</summary>
    /// <exception cref="TransportException">The connection failed; the subscription is not made again all the same.</exception>
    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) =>
        _subscriptions.UnsubscribeAsync(subscription, cancellationToken);

    /// <summary>Sends a message and waits for the peer's answer.</summary>
    /// <exception cref="TransportException">The profile is read-only, there is no connection, or it failed.</exception>
    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var live = ToSend(message);
        try
        {
            return await live.Session.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw SupervisorFailures.NotNow();
        }
    }

    /// <summary>Sends a request and yields its responses, as <see cref="IRequests"/> says.</summary>
    /// <exception cref="TransportException">As there; or the profile is read-only, there is no connection, or its protocol has no requests.</exception>
    public IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        CancellationToken cancellationToken
    )
    {
        var requests =
            ToSend(message).Session.Feature<IRequests>()
            ?? throw new TransportException(
                FailureKind.Configuration,
                $"{_transport.Protocol} has no requests that are answered: publish instead."
            );
        return requests.RequestAsync(message, options, cancellationToken);
    }

    /// <summary>Does what was planned on a node of the peer.</summary>
    /// <exception cref="TransportException">It changes the peer and the profile is read-only, there is no connection, or it failed.</exception>
    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Call.Action.IsChange && IsReadOnly)
            throw SupervisorFailures.ReadOnly();
        var browsable = Feature<IBrowsable>() ?? throw SupervisorFailures.NotNow();
        return browsable.RunAsync(plan, cancellationToken);
    }

    /// <summary>The packets of the connection, over all its sessions.</summary>
    public WireLog Wire => _context.Wire;

    /// <summary>The peer in a few words, as it is now; empty without a live session.</summary>
    public IReadOnlyList<Fact> Facts => _subscriptions.Live?.Session.Facts ?? [];

    /// <summary>What the live session has beyond the others; null without one.</summary>
    public T? Feature<T>()
        where T : class => _subscriptions.Live?.Session.Feature<T>();

    /// <summary>Ends the connection and waits until nothing of it is left. Not from inside the report.</summary>
    public async ValueTask DisposeAsync()
    {
        var isFirst = false;
        lock (_lifetime)
        {
            isFirst = !_isDisposed;
            _isDisposed = true;
        }

        if (isFirst)
            await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _subscriptions.End();
        Wire.End();
        _completion.TrySetResult();
        if (isFirst)
            _stop.Dispose();
    }

    private void Tell(SessionEvent happened) => _events.Writer.TryWrite(happened);

    private async Task ReportAsync()
    {
        try
        {
            await foreach (var happened in _events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                _report(happened);
        }
        finally
        {
            _completion.TrySetResult();
        }
    }

    private async Task RunAsync()
    {
        TransportException? reason = null;
        try
        {
            reason = await KeepUpAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (_stop.IsCancellationRequested)
        {
            _log.LogDebug(exception, "Stopped on request");
        }
        finally
        {
            _subscriptions.End();
            Tell(new SessionEvent.Ended(_stop.IsCancellationRequested ? null : reason));
            _events.Writer.TryComplete();
        }
    }

    private async Task<TransportException> KeepUpAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        var attempt = 0;
        var isFirst = true;
        while (true)
        {
            Tell(new SessionEvent.Connecting(++attempt));
            var (failure, lived) = await LiveOnceAsync(cancellationToken).ConfigureAwait(false);
            if (lived is not null)
            {
                attempt = 0;
                isFirst = false;
            }

            failures = lived > ReconnectPolicy.Settled ? 1 : failures + 1;
            if (failure.IsFinal || _options.Policy is null || (isFirst && _options.EndsWhereFirstConnectFails))
                return failure;
            var delay = _options.Policy.DelayAfter(failures);
            _log.LogInformation("{Reason} Trying again in {Delay}", failure.Message, delay);

            // The timer runs before the event tells of it: whoever counts from the event never sees the attempt late.
            var wait = WaitAsync(delay, cancellationToken);
            Tell(new SessionEvent.Waiting(failure, delay));
            await wait.ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        var retry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _retry = retry;
        try
        {
            await retry.Task.WaitAsync(delay, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The delay is over, which is what it waits for.
        }
        finally
        {
            _retry = null;
        }
    }

    /// <summary>One attempt and, where it succeeds, one session from its beginning to its end.</summary>
    /// <returns>Why it failed or ended, and how long it was connected: null where it never was.</returns>
    private async Task<(TransportException Failure, TimeSpan? Lived)> LiveOnceAsync(CancellationToken cancellationToken)
    {
        long? connectedAt = null;
        TransportException failure;
        try
        {
            var profile = await ResolveAsync(cancellationToken).ConfigureAwait(false);
            var session = await OpenAsync(profile, cancellationToken).ConfigureAwait(false);
            connectedAt = _time.GetTimestamp();
            await ServeToItsEndAsync(session, profile, cancellationToken).ConfigureAwait(false);

            failure = new TransportException(FailureKind.Lost, "The connection ended.");
        }
        catch (TransportException exception)
        {
            failure = exception;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _log.LogError(exception, "Unexpected failure of a {Protocol} connection", _transport.Protocol);
            failure = SupervisorFailures.Unexpected(_transport.Protocol, exception);
        }

        return (failure, connectedAt is { } since ? _time.GetElapsedTime(since) : null);
    }

    /// <summary>Serves a session until it ends, and leaves nothing of it but where its subscriptions stood.</summary>
    private async Task ServeToItsEndAsync(ISession session, Profile profile, CancellationToken cancellationToken)
    {
        var live = new LiveSession(session, _log);
        try
        {
            var topics = new TopicUses(
                _transport.SubscribeTopic(profile),
                _transport.PublishTopic(profile),
                _transport.TopicPrefix(profile)
            );
            await ServeAsync(live, topics, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _subscriptions.Leave();
            await live.DisposeAsync().ConfigureAwait(false);

            // Only a session that is gone delivers nothing more: noted earlier, a message would come twice.
            _subscriptions.NotePositions(session);
        }
    }

    private async Task<Profile> ResolveAsync(CancellationToken cancellationToken)
    {
        var profile = await _resolve(cancellationToken).ConfigureAwait(false);
        if (_options.IsReadOnly && !profile.IsReadOnly)
            profile = MadeReadOnly(profile);
        _isProfileReadOnly = profile.IsReadOnly;
        if (!_options.OnlySends)
            _subscriptions.TakeFrom(profile, _transport.SubscribeTopic(profile));
        return profile;
    }

    /// <summary>The profile as a read-only one, where it can be one: a will or a kept session would be left behind.</summary>
    private Profile MadeReadOnly(Profile profile)
    {
        var changed = profile with { Values = profile.Values.With(CommonSettings.ReadOnly, true) };
        return _transport.Check(changed).FirstOrDefault() is { } problem
            ? throw new TransportException(
                FailureKind.Configuration,
                $"This profile cannot be connected with --read-only: {problem.Key}: {problem.Sentence}."
            )
            : changed;
    }

    private Task<ISession> OpenAsync(Profile profile, CancellationToken cancellationToken) =>
        profile.Mode == ProfileMode.Server
            ? _transport.ListenAsync(profile, _context, cancellationToken)
            : _transport.ConnectAsync(profile, _context, cancellationToken);

    private async Task ServeAsync(LiveSession live, TopicUses topics, CancellationToken cancellationToken)
    {
        var subscribing = live.KeepAsync(_subscriptions.BeginAsync(live, topics, cancellationToken));
        var first = await Task.WhenAny(live.Session.Completion, subscribing)
            .WaitAsync(cancellationToken)
            .ConfigureAwait(false);
        if (!live.Session.Completion.IsCompleted)
            await first.ConfigureAwait(false);
        await live.Session.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private LiveSession ToSend(OutgoingMessage message)
    {
        if (IsReadOnly && _transport.Changes(message))
            throw SupervisorFailures.ReadOnly();
        return _subscriptions.Live
            ?? throw (_subscriptions.IsOver ? SupervisorFailures.Over() : SupervisorFailures.NotNow());
    }
}
