using System.Globalization;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>One connection to an event hub. The library never connects again by itself.</summary>
internal sealed class HubClientSession : ISession
{
    private readonly HubWay _way;
    private readonly HubLink _link;
    private readonly SessionContext _context;
    private readonly HubReadings _readings;
    private readonly HubPublisher _publisher;
    private readonly HubClientBrowser _browser;
    private readonly TaskCompletionSource<TransportException> _failed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private int _isDisposed;

    private HubClientSession(Profile profile, HubWay way, HubLink link, SessionContext context)
    {
        _way = way;
        _link = link;
        _context = context;
        _readings = new HubReadings(profile, way, link, context, failure => _failed.TrySetResult(failure));
        _publisher = new HubPublisher(way, link, context);
        _browser = new HubClientBrowser(link, way, () => _readings.Positions, context.Time);
        _watching = WatchAsync();
    }

    public Capabilities Capabilities =>
        Capabilities.Subscribe
        | Capabilities.Publish
        | Capabilities.Replay
        | Capabilities.Headers
        | Capabilities.Browse
        | Capabilities.Wire;

    public IReadOnlyList<Fact> Facts => [.. FactsNow()];

    public Task Completion => _completion.Task;

    /// <summary>Connects, shows the key, and asks the hub about itself.</summary>
    /// <exception cref="TransportException">It failed; the sentence says why and what to do.</exception>
    public static async Task<HubClientSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var way = HubWay.Of(profile);
        var link = await HubLink.OpenAsync(way, StepLog.Silent, context, cancellationToken).ConfigureAwait(false);
        context.Log.LogDebug("Connected to the event hub {Hub} at {Address}", way.Hub, way.Endpoint.Address);
        return new HubClientSession(profile, way, link, context);
    }

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        ThrowIfEnded();
        return _readings.AddAsync(subscription, from as HubPosition, cancellationToken);
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return _readings.RemoveAsync(subscription.Topic, cancellationToken);
    }

    public ResumePoint? PositionOf(Subscription subscription) => _readings.PositionOf(subscription.Topic);

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        return _publisher.PublishAsync(message, cancellationToken);
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _publisher.End();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _readings.DisposeAsync().ConfigureAwait(false);
        await _link.Connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Renews the token, and ends the session with the first reason that there is.</summary>
    private async Task WatchAsync()
    {
        var renewing = RenewAsync();
        var disposed = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        var first = await Task.WhenAny(_link.Connection.Lost, _failed.Task, renewing, disposed).ConfigureAwait(false);
        var reason =
            _link.Connection.Lost.IsCompletedSuccessfully ? await _link.Connection.Lost.ConfigureAwait(false)
            : first == _failed.Task ? await _failed.Task.ConfigureAwait(false)
            : first == renewing ? await renewing.ConfigureAwait(false)
            : null;
        if (reason is null)
            _completion.TrySetResult();
        else
            _completion.TrySetException(reason);
        if (!_stop.IsCancellationRequested)
            await disposed
                .ContinueWith(
                    static _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                )
                .ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
    }

    private async Task<TransportException?> RenewAsync()
    {
        try
        {
            if (_link.Tokens is { Expiry: not null } tokens)
                await tokens.KeepAsync(_stop.Token).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
        catch (TransportException exception)
        {
            return exception;
        }
    }

    private void ThrowIfEnded()
    {
        if (_completion.Task is { IsFaulted: true, Exception.InnerException: TransportException reason })
            throw new TransportException(reason.Kind, reason.Message, reason);
        if (_isDisposed != 0)
            throw new TransportException(FailureKind.Lost, "The connection is over; connect again first.");
    }

    private IEnumerable<Fact> FactsNow()
    {
        var now = _context.Time.GetUtcNow();
        yield return new Fact("protocol", "AMQP 1.0, as Event Hubs speaks it");
        yield return new Fact("hub", $"{_link.Hub.Name} at {_way.Namespace}");
        yield return new Fact("partitions", _link.Hub.Partitions.Count.ToString(CultureInfo.InvariantCulture));
        yield return new Fact("consumer group", _readings.ConsumerGroup);
        yield return _readings.OwnerLevel is { } level
            ? new Fact(
                "reading",
                string.Create(CultureInfo.InvariantCulture, $"as owner with level {level}: puts out lower readers")
            )
            {
                Tone = FactTone.Warning,
            }
            : new Fact("reading", "without a trace: owns no partition, commits nothing");
        if (_way.KeyName.Length > 0)
            yield return new Fact("key", _way.KeyName);
        if (_way.Username is { } user)
            yield return new Fact("user", $"{user} (SASL PLAIN)");
        if (_link.Tokens is { } tokens)
            yield return tokens.Fact(now);
        yield return new Fact("server", HubFailures.Words(_link.Connection.Opened.ContainerId));
        foreach (var fact in _link.WayFacts)
            yield return fact;
    }
}
