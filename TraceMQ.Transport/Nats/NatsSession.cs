using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>One connection to a NATS server.</summary>
internal sealed class NatsSession : ISession
{
    private readonly Profile _profile;
    private readonly NatsLink _link;
    private readonly NatsPrefix _prefix;
    private readonly SessionContext _context;
    private readonly NatsPublisher _publisher;
    private readonly NatsRequests _requests;
    private readonly NatsBrowser _browser;
    private readonly NatsServerCard _card;
    private readonly ConcurrentDictionary<string, NatsSubscriber> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NatsReplay> _replays = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private readonly Task _warning;
    private int _isDisposed;

    private NatsSession(Profile profile, NatsLink link, SessionContext context)
    {
        _profile = profile;
        _link = link;
        _context = context;
        _prefix = new NatsPrefix(profile.Values.Get(NatsSettings.SubjectPrefix));
        _publisher = new NatsPublisher(link, _prefix, context);
        _requests = new NatsRequests(link, _publisher, _prefix, context);
        _browser = new NatsBrowser(link, _prefix, context.Time);
        _card = new NatsServerCard(link, _prefix, context);
        link.Complained = Hear;
        link.Connection.LameDuckModeActivated += HearLameDuckAsync;
        context.Log.LogInformation(
            "Connected to {Server} {Version} at {Address}",
            link.Info.Name,
            link.Info.Version,
            link.Endpoint.Address
        );
        _watching = WatchAsync();
        _warning = NatsExpiry.WarnAsync(link.Login, context, _stop.Token);
    }

    public Capabilities Capabilities =>
        Capabilities.Subscribe
        | Capabilities.Publish
        | Capabilities.Wildcards
        | Capabilities.Request
        | Capabilities.Wire
        | (_link.Info.HasHeaders ? Capabilities.Headers : Capabilities.None)
        | (_link.Info.HasJetStream ? Capabilities.Replay | Capabilities.Browse : Capabilities.None);

    public IReadOnlyList<Fact> Facts => [.. _card.Facts, .. _replays.Values.Select(replay => replay.Progress)];

    public Task Completion => _completion.Task;

    /// <summary>Connects to the first server that can be reached.</summary>
    /// <exception cref="TransportException">It failed, or the server refused.</exception>
    public static async Task<NatsSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        new(
            profile,
            await NatsServers.ConnectAsync(profile, context, cancellationToken).ConfigureAwait(false),
            context
        );

    public async Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        _link.ThrowIfOver();
        if (subscription.Topic.Length > 0 && new NatsSubjects().ValidatePattern(subscription.Topic) is { } problem)
            return new SubscribeResult(IsAccepted: false, problem);
        await UnsubscribeAsync(subscription, cancellationToken).ConfigureAwait(false);
        NatsReplayPlan? plan = null;
        try
        {
            plan = await NatsReplayPlan
                .OfAsync(subscription, _profile, _link, _prefix, cancellationToken)
                .ConfigureAwait(false);
            return plan is null
                ? await ListenAsync(subscription, cancellationToken).ConfigureAwait(false)
                : await ReplayAsync(plan, from as NatsPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException exception) when (exception.Kind == FailureKind.Configuration)
        {
            return new SubscribeResult(IsAccepted: false, exception.Message);
        }
        catch (NatsJSApiException exception)
        {
            return new SubscribeResult(IsAccepted: false, NatsFailures.Words(exception, plan?.Stream ?? ""));
        }
        catch (Exception exception)
            when (NatsFailures.IsExpected(exception) && !cancellationToken.IsCancellationRequested)
        {
            await _link.FlushAsync(cancellationToken).ConfigureAwait(false);
            return new SubscribeResult(IsAccepted: false, $"the server did not answer: {exception.Message}");
        }
    }

    public async Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (_live.TryRemove(subscription.Topic, out var live))
            await live.DisposeAsync().ConfigureAwait(false);
        if (_replays.TryRemove(subscription.Topic, out var replay))
            await replay.DisposeAsync().ConfigureAwait(false);
    }

    public ResumePoint? PositionOf(Subscription subscription) =>
        _replays.TryGetValue(subscription.Topic, out var replay) ? replay.Point : null;

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        _publisher.PublishAsync(message, cancellationToken);

    public T? Feature<T>()
        where T : class =>
        typeof(T) == typeof(IRequests) ? _requests as T
        : typeof(T) == typeof(IBrowsable) && _link.Info.HasJetStream ? _browser as T
        : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var replay in _replays.Values)
            await replay.DisposeAsync().ConfigureAwait(false);
        foreach (var live in _live.Values)
            live.End();
        await _card.DisposeAsync().ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _warning.ConfigureAwait(false);
        _completion.TrySetResult();
        _stop.Dispose();
    }

    private static void Tell(SessionContext context, NoticeLevel level, string text, string? topic = null) =>
        context.Notices.TryWrite(new Notice(level, text, topic));

    private async Task<SubscribeResult> ListenAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var subject = _prefix.Subject(subscription.Topic);
        var own = subscription.Options.Get(NatsSettings.SubscribeQueueGroup);
        var group = own.Length > 0 ? own : _profile.Values.Get(NatsSettings.QueueGroup);
        var live = new NatsSubscriber(_link.Connection, subject, group.Length == 0 ? null : group, _prefix, _context);
        _link.BeginSubscribing(subject);
        await _link.Connection.AddSubAsync(live, cancellationToken).ConfigureAwait(false);
        _card.Note(await _link.FlushAsync(cancellationToken).ConfigureAwait(false));
        if (_link.WasSubscriptionDenied(subject))
        {
            await live.DisposeAsync().ConfigureAwait(false);
            return new SubscribeResult(IsAccepted: false, $"no permission to subscribe to {subject}");
        }

        _live[subscription.Topic] = live;
        return new SubscribeResult(
            IsAccepted: true,
            group.Length == 0 ? "listening to live messages" : $"listening in queue group {group}"
        );
    }

    private async Task<SubscribeResult> ReplayAsync(
        NatsReplayPlan plan,
        NatsPoint? from,
        CancellationToken cancellationToken
    )
    {
        var replay = await NatsReplay
            .StartAsync(plan, from, _link, _prefix, _context, cancellationToken)
            .ConfigureAwait(false);
        _replays[plan.Subscription.Topic] = replay;
        return new SubscribeResult(
            IsAccepted: true,
            from is null
                ? $"reading stream {plan.Stream} from {plan.Start}"
                : $"reading stream {plan.Stream} on behind {from.Text}"
        );
    }

    private async Task WatchAsync()
    {
        try
        {
            await _link.Completion.ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            _context.Memory.Get(static () => new NatsMemory()).NoteLoss(_link, _context.Time);
            _completion.TrySetException(exception);
        }
    }

    private void Hear(string error)
    {
        _context.Log.LogInformation("The server at {Address} said: {Error}", _link.Endpoint.Address, error);
        // A refusal is told where it was asked, and what ends the connection with its end.
        if (
            !error.StartsWith("Permissions Violation", StringComparison.OrdinalIgnoreCase)
            && !NatsFailures.IsFatal(error)
        )
            Tell(_context, NoticeLevel.Warning, $"The server said: {error}.");
    }

    private ValueTask HearLameDuckAsync(object? sender, NatsLameDuckModeActivatedEventArgs happened)
    {
        Tell(
            _context,
            NoticeLevel.Warning,
            $"The server at {_link.Endpoint.Address} shuts down soon and sends its clients away; the next one takes over."
        );
        return default;
    }
}
