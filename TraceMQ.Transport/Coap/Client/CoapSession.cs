using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>A client of a CoAP server: requests, and resources that are observed.</summary>
internal sealed class CoapSession : ISession, IRequests
{
    private readonly Profile _profile;
    private readonly string _basePath;
    private readonly SessionContext _context;
    private readonly Exchanges _exchanges;
    private readonly IClientLink _link;
    private readonly Observations _observations;
    private readonly CoapRequests _requests;
    private readonly LastStates _states;
    private readonly CoapBrowser _browser;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposeLock = new();
    private readonly Task _watching;
    private Task? _disposing;
    private long _roundTripTicks = -1;

    private CoapSession(
        Profile profile,
        Endpoint endpoint,
        SessionContext context,
        Exchanges exchanges,
        Observations observations,
        LastStates states,
        IClientLink link
    )
    {
        _profile = profile;
        // What the empty topic means.
        _basePath = endpoint.PathAndQuery.Length == 0 ? "/" : endpoint.PathAndQuery;
        _context = context;
        _exchanges = exchanges;
        _observations = observations;
        _link = link;
        _states = states;
        _requests = new CoapRequests(profile, endpoint, exchanges, link, states, context);
        observations.Start(_requests.Transfers, link.Link);
        _browser = new CoapBrowser(this, link, context);
        _watching = WatchAsync();
    }

    public Capabilities Capabilities =>
        Capabilities.Subscribe
        | Capabilities.Publish
        | Capabilities.Request
        | Capabilities.Headers
        | Capabilities.Browse
        | Capabilities.Wire
        | Capabilities.Timeline
        | Capabilities.Discovery;

    public IReadOnlyList<Fact> Facts
    {
        get
        {
            var facts = new List<Fact>
            {
                new("protocol", _link.Link.IsReliable ? "CoAP over a stream (RFC 8323)" : "CoAP (RFC 7252)"),
            };
            facts.AddRange(_link.Facts);
            if (Interlocked.Read(ref _roundTripTicks) is var ticks and >= 0)
                facts.Add(new Fact("round trip", $"{TimeSpan.FromTicks(ticks).TotalMilliseconds:0.0} ms"));
            facts.Add(new Fact("observes", _observations.Count.ToString()));
            return facts;
        }
    }

    public Task Completion => _completion.Task;

    /// <summary>Connects to the first endpoint that answers.</summary>
    /// <exception cref="TransportException">None does.</exception>
    public static Task<CoapSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        NextAddress.FirstAsync(
            profile.Endpoints,
            endpoint => OpenAsync(profile, endpoint, StepLog.Silent, context, cancellationToken),
            context
        );

    /// <summary>Connects to one endpoint.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    public static async Task<CoapSession> OpenAsync(
        Profile profile,
        Endpoint endpoint,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var states = new LastStates(context.Time);
        var observations = new Observations(states, context);
        var exchanges = new Exchanges(CoapSettings.Transmission(profile), context.Time, observations.Take);
        var link = await CoapWay
            .OpenAsync(profile, endpoint, exchanges, steps, context, cancellationToken)
            .ConfigureAwait(false);
        context.Log.LogDebug("Connected to {Endpoint}", endpoint);
        return new CoapSession(profile, endpoint, context, exchanges, observations, states, link);
    }

    public async Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        ThrowIfEnded();
        var topic = subscription.Topic.Length > 0 ? subscription.Topic : _basePath;
        if (CoapPath.ProblemOf(topic) is { } problem)
            return new SubscribeResult(IsAccepted: false, problem);
        var options = new List<CoapOption> { CoapOption.Of(OptionNumber.Observe, 0) };
        CoapOutgoing.AddFormat(options, OptionNumber.Accept, subscription.Options.Get(CoapSettings.SubscribeAccept));
        var request = _requests.Get(topic, options);
        return await GuardAsync(
                () => _observations.BeginAsync(_exchanges, topic, request, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var topic = subscription.Topic.Length > 0 ? subscription.Topic : _basePath;
        await _observations.EndAsync(_exchanges, topic, cancellationToken).ConfigureAwait(false);
    }

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = CoapOutgoing.Of(message, _basePath);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        var started = _context.Time.GetTimestamp();
        var exchange = _context.NextExchange();
        var (request, reply) = await AskAsync(outgoing, exchange, cancellationToken).ConfigureAwait(false);
        var elapsed = _context.Time.GetElapsedTime(started);
        if (reply is null)
            return new PublishResult(IsAccepted: true, "sent; no response was asked for (No-Response)", elapsed);
        _requests.List(outgoing.Topic, request, reply, exchange);
        return new PublishResult(reply.Message.Code.IsSuccess, CoapWords.Of(reply), elapsed);
    }

    public async IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var outgoing = CoapOutgoing.Of(message, _basePath);
        if (!message.Options.Has(CoapSettings.Method))
            outgoing = outgoing with
            {
                Request = outgoing.Request with
                {
                    Code = outgoing.Request.Payload.IsEmpty ? CoapCode.Get : CoapCode.Post,
                },
            };
        ThrowIfEnded();
        var exchange = _context.NextExchange();
        using var timeout = new CancellationTokenSource(options.Timeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        CoapMessage request;
        CoapReply? reply;
        try
        {
            (request, reply) = await AskAsync(outgoing, exchange, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"{outgoing.Request.Code} {outgoing.Topic} was not answered within {Quantity.Format(options.Timeout)}: check that the peer runs, or wait longer."
            );
        }

        if (reply is null)
            yield break;
        var response = _requests.List(outgoing.Topic, request, reply, exchange);
        if (!reply.Message.Code.IsSuccess)
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"{request.Code} {outgoing.Topic} was answered {CoapWords.Of(reply).TrimEnd('.')}."
            );
        yield return response;
    }

    /// <summary>Gets what no message of the user asks for: for browsing. Nothing of it is listed.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    internal Task<CoapReply> GetQuietlyAsync(string topic, CancellationToken cancellationToken) =>
        GuardAsync(
            () => _requests.Transfers.AskAsync(_requests.Get(topic), _context.NextExchange(), cancellationToken),
            cancellationToken
        );

    /// <summary>What a resource was like when it was last heard of; null where it never was.</summary>
    internal LastStates.State? LastOf(string topic) => _states.Find(topic);

    /// <summary>True while the resource is observed.</summary>
    internal bool IsObserved(string topic) => _observations.IsObserved(topic);

    /// <summary>Pings the peer, as the user asked.</summary>
    /// <exception cref="TransportException">It does not answer.</exception>
    internal Task<TimeSpan> PingAsync(CancellationToken cancellationToken) =>
        GuardAsync(
            async () =>
            {
                var roundTrip = await _link
                    .Link.PingAsync(_context.NextExchange(), cancellationToken)
                    .ConfigureAwait(false);
                Interlocked.Exchange(ref _roundTripTicks, roundTrip.Ticks);
                return roundTrip;
            },
            cancellationToken
        );

    public T? Feature<T>()
        where T : class =>
        typeof(T) == typeof(IBrowsable) || typeof(T) == typeof(IKnownTopics) ? _browser as T
        : typeof(T) == typeof(IRequests) ? this as T
        : null;

    public async ValueTask DisposeAsync()
    {
        Task disposing;
        lock (_disposeLock)
            disposing = _disposing ??= EndAsync();
        await disposing.ConfigureAwait(false);
    }

    private Task<(CoapMessage Request, CoapReply? Reply)> AskAsync(
        CoapOutgoing outgoing,
        ExchangeId exchange,
        CancellationToken cancellationToken
    ) => GuardAsync(() => _requests.AskAsync(outgoing, exchange, cancellationToken), cancellationToken);

    /// <summary>What fails because the link is over ends in its reason, not in a cancellation.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        var task = attempt();
        await Task.WhenAny(task, _completion.Task).ConfigureAwait(false);
        if (!task.IsCompleted)
        {
            // Whatever comes of it is nobody's business any more.
            _ = task.ContinueWith(
                done => _ = done.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfEnded();
        }

        return await task.ConfigureAwait(false);
    }

    private void ThrowIfEnded()
    {
        if (_completion.Task.Exception?.InnerException is TransportException lost)
            throw new TransportException(lost.Kind, lost.Message, lost);
        if (Volatile.Read(ref _disposing) is not null)
            throw new TransportException(FailureKind.Lost, "The connection is closed: connect again.");
    }

    private async Task WatchAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        var beating = Heartbeat.RunAsync(_profile, _link, _context.Time, _stop.Token);
        try
        {
            await Task.WhenAny(beating, _link.Completion).ConfigureAwait(false);
            await (_link.Completion.IsCompleted ? _link.Completion : beating).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (TransportException exception)
        {
            var lost = LinkFailures.Lost(exception);
            if (Volatile.Read(ref _disposing) is null)
                _completion.TrySetException(lost);
            _exchanges.Fail(lost);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task EndAsync()
    {
        // Whoever called holds the lock until the first wait.
        await Task.Yield();
        if (!_completion.Task.IsCompleted)
            await _observations.EndAllAsync(_exchanges, _context.Time).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        _exchanges.Fail(new TransportException(FailureKind.Lost, "The connection is closed: connect again."));
        await _link.DisposeAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _observations.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }
}
