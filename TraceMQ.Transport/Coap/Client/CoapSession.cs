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
    private readonly Endpoint _endpoint;
    private readonly SessionContext _context;
    private readonly Exchanges _exchanges;
    private readonly IClientLink _link;
    private readonly Observations _observations;
    private readonly BlockTransfers _transfers;
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
        _endpoint = endpoint;
        _context = context;
        _exchanges = exchanges;
        _observations = observations;
        _link = link;
        _states = states;
        _transfers = new BlockTransfers(exchanges, link.Link, Limits(profile), context.Time);
        observations.Start(_transfers, link.Link);
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
        | Capabilities.Timeline;

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

    /// <summary>The path of the url, which the empty topic means.</summary>
    private string BasePath => _endpoint.PathAndQuery.Length == 0 ? "/" : _endpoint.PathAndQuery;

    /// <summary>Connects to the first endpoint that answers.</summary>
    /// <exception cref="TransportException">None does.</exception>
    public static async Task<CoapSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(profile, profile.Endpoints[i], StepLog.Silent, context, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (TransportException exception) when (!exception.IsFinal && i + 1 < profile.Endpoints.Count)
            {
                context.Notices.TryWrite(
                    new Notice(NoticeLevel.Warning, $"{exception.Message} Trying the next address.")
                );
            }
        }
    }

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
        var topic = subscription.Topic.Length > 0 ? subscription.Topic : BasePath;
        if (CoapPath.ProblemOf(topic) is { } problem)
            return new SubscribeResult(IsAccepted: false, problem);
        var options = new List<CoapOption>(Common(topic)) { CoapOption.Of(OptionNumber.Observe, 0) };
        CoapOutgoing.AddFormat(options, OptionNumber.Accept, subscription.Options.Get(CoapSettings.SubscribeAccept));
        var request = new CoapMessage
        {
            Type = TypeOf(null),
            Code = CoapCode.Get,
            Token = _exchanges.NextToken(),
            Options = OptionSet.Of(options),
        };
        return await GuardAsync(
                () => _observations.BeginAsync(_exchanges, topic, request, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var topic = subscription.Topic.Length > 0 ? subscription.Topic : BasePath;
        await _observations.EndAsync(_exchanges, topic, cancellationToken).ConfigureAwait(false);
    }

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = CoapOutgoing.Of(message, BasePath);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        var started = _context.Time.GetTimestamp();
        var exchange = _context.NextExchange();
        var (request, reply) = await AskAsync(outgoing, exchange, cancellationToken).ConfigureAwait(false);
        var elapsed = _context.Time.GetElapsedTime(started);
        if (reply is null)
            return new PublishResult(IsAccepted: true, "sent; no response was asked for (No-Response)", elapsed);
        // What the result says already needs no row of its own.
        if (request.Code.IsSafe || !reply.Message.Payload.IsEmpty)
            List(outgoing.Topic, request, reply, exchange);
        return new PublishResult(reply.Message.Code.IsSuccess, CoapWords.Of(reply), elapsed);
    }

    public async IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var outgoing = CoapOutgoing.Of(message, BasePath);
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

        if (reply is not null)
            yield return List(outgoing.Topic, request, reply, exchange);
    }

    /// <summary>Sends what no message of the user is: for browsing. Nothing of it is listed.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    internal Task<CoapReply> AskQuietlyAsync(
        CoapCode method,
        string topic,
        ExchangeId exchange,
        CancellationToken cancellationToken
    ) =>
        GuardAsync(
            () =>
                _transfers.AskAsync(
                    new CoapMessage
                    {
                        Type = TypeOf(null),
                        Code = method,
                        Token = _exchanges.NextToken(),
                        Options = OptionSet.Of(Common(topic)),
                    },
                    exchange,
                    cancellationToken
                ),
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
        typeof(T) == typeof(IBrowsable) ? _browser as T
        : typeof(T) == typeof(IRequests) ? this as T
        : null;

    public async ValueTask DisposeAsync()
    {
        Task disposing;
        lock (_disposeLock)
            disposing = _disposing ??= EndAsync();
        await disposing.ConfigureAwait(false);
    }

    private static TransferLimits Limits(Profile profile) =>
        new(
            CoapSettings.BlockSizeOf(profile),
            (int)profile.Values.Get(CoapSettings.MaxBody),
            profile.Values.Get(CoapSettings.ResponseTimeout)
        );

    private CoapType TypeOf(bool? isConfirmable) =>
        isConfirmable ?? _profile.Values.Get(CoapSettings.Confirmable) ? CoapType.Confirmable : CoapType.NonConfirmable;

    /// <summary>A server of several names needs to know which one is meant (RFC 7252, section 6.4).</summary>
    private IEnumerable<CoapOption> Common(string topic)
    {
        if (!System.Net.IPAddress.TryParse(_endpoint.Host, out _))
            yield return CoapOption.Of(OptionNumber.UriHost, _endpoint.Host.ToLowerInvariant());
        foreach (var option in CoapPath.ToOptions(topic))
            yield return option;
    }

    private async Task<(CoapMessage Request, CoapReply? Reply)> AskAsync(
        CoapOutgoing outgoing,
        ExchangeId exchange,
        CancellationToken cancellationToken
    )
    {
        var given = outgoing.Request.Options;
        var host = Common("/").Where(option => !given.Has(option.Number));
        var request = outgoing.Request with
        {
            Type = TypeOf(outgoing.IsConfirmable),
            Token = _exchanges.NextToken(),
            Options = given.And(host),
        };
        ListRequest(outgoing.Topic, request, exchange);
        var reply = await GuardAsync(
                () =>
                    outgoing.NoResponse == 0
                        ? AskOrNullAsync(request, exchange, cancellationToken)
                        : TellAsync(request, exchange, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return (request, reply);
    }

    private async Task<CoapReply?> AskOrNullAsync(
        CoapMessage request,
        ExchangeId exchange,
        CancellationToken cancellationToken
    ) => await _transfers.AskAsync(request, exchange, cancellationToken).ConfigureAwait(false);

    private async Task<CoapReply?> TellAsync(
        CoapMessage request,
        ExchangeId exchange,
        CancellationToken cancellationToken
    )
    {
        var delivery = await _link
            .Link.SendAsync(request, new SendOptions(exchange), cancellationToken)
            .ConfigureAwait(false);
        return delivery.Outcome switch
        {
            DeliveryOutcome.Unanswered => throw LinkFailures.NoAnswer(
                $"{request.Code} {CoapPath.Of(request.Options)}",
                delivery.Tries,
                CoapSettings.Transmission(_profile)
            ),
            DeliveryOutcome.Reset => throw new TransportException(
                FailureKind.RefusedByPeer,
                "The peer rejected the request with a reset: it does not understand it."
            ),
            _ => null,
        };
    }

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

    private void ListRequest(string topic, CoapMessage request, ExchangeId exchange) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = Direction.Out,
                Topic = topic,
                Payload = request.Payload,
                Headers = CoapDetails.Headers(request.Options),
                Details = CoapDetails.OfRequest(request, _link.Link.IsReliable, hasId: false, peer: null),
                Exchange = exchange,
            }
        );

    private Message List(string topic, CoapMessage request, CoapReply reply, ExchangeId exchange)
    {
        var message = new Message
        {
            Time = _context.Time.GetUtcNow(),
            Direction = Direction.In,
            Topic = topic,
            Payload = reply.Message.Payload,
            Headers = CoapDetails.Headers(reply.Message.Options),
            Details = CoapDetails.OfResponse(
                reply.Message,
                request.Code,
                new ResponseFacts
                {
                    IsStream = _link.Link.IsReliable,
                    HasId = true,
                    RoundTrip = reply.RoundTrip,
                    Tries = reply.Tries,
                    Blocks = reply.Blocks,
                }
            ),
            Exchange = exchange,
        };
        if (reply.Message.Code == CoapCode.Content && request.Code == CoapCode.Get)
            _states.Note(topic, reply.Message.Payload.Span);
        _context.Inbox.TryPost(message);
        return message;
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
        try
        {
            var beating = Heartbeat.RunAsync(_profile, _link, _context.Time, _stop.Token);
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
