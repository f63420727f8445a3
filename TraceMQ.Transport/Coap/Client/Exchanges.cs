using System.Collections.Concurrent;
using System.Security.Cryptography;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>Requests and their responses by token (RFC 7252, section 5.3), and the notifications of what is observed.</summary>
internal sealed class Exchanges : ILinkHandler
{
    /// <summary>Most requests that wait for their responses at a time.</summary>
    public const int Maximum = 1000;

    private const int TokenLength = 4;

    private readonly ConcurrentDictionary<CoapToken, Pending> _pending = new();
    private readonly ConcurrentDictionary<CoapToken, Observation> _observed = new();
    private readonly TransmissionParameters _parameters;
    private readonly TimeProvider _time;
    private readonly Action<Observation, CoapMessage> _notify;
    private int _lastToken = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <param name="parameters">For sentences.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notify">Told of notifications, in their order; must not wait.</param>
    public Exchanges(TransmissionParameters parameters, TimeProvider time, Action<Observation, CoapMessage> notify)
    {
        _parameters = parameters;
        _time = time;
        _notify = notify;
    }

    /// <summary>A token that is not in use.</summary>
    public CoapToken NextToken() => CoapToken.Of((uint)Interlocked.Increment(ref _lastToken), TokenLength);

    public void Add(Observation observation) => _observed[observation.Request.Token] = observation;

    public void Remove(Observation observation) => _observed.TryRemove(observation.Request.Token, out _);

    /// <summary>Sends a request and waits for its response.</summary>
    /// <param name="link">Where to.</param>
    /// <param name="request">With its token.</param>
    /// <param name="exchange">What its packets belong to.</param>
    /// <param name="patience">How long the response may take once the peer has the request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It was rejected, or nothing came back.</exception>
    public async Task<CoapReply> AskAsync(
        ICoapLink link,
        CoapMessage request,
        ExchangeId exchange,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var pending = new Pending(exchange);
        if (_pending.Count >= Maximum || !_pending.TryAdd(request.Token, pending))
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"{Maximum:N0} requests wait for their responses already: wait for some of them."
            );
        try
        {
            var started = _time.GetTimestamp();
            var delivery = await link.SendAsync(request, new SendOptions(exchange), cancellationToken)
                .ConfigureAwait(false);
            if (!pending.Response.Task.IsCompleted)
                ThrowIfFailed(delivery, request);
            var response = await WaitAsync(pending, delivery, request, patience, cancellationToken)
                .ConfigureAwait(false);
            return new CoapReply(Checked(response), _time.GetElapsedTime(started), delivery.Tries);
        }
        finally
        {
            _pending.TryRemove(request.Token, out _);
            _ = pending.Response.Task.Exception;
        }
    }

    public ValueTask OnRequestAsync(IncomingRequest request, CancellationToken cancellationToken) =>
        // We are a client on this link: whoever asks us for something has mistaken us (section 4.2).
        request is DatagramRequest datagram
            ? datagram.RejectAsync(cancellationToken)
            : new ValueTask(
                request.ReplyAsync(new CoapMessage { Code = CoapCode.NotImplemented }, null, cancellationToken)
            );

    public bool OnResponse(CoapMessage response)
    {
        if (_pending.TryGetValue(response.Token, out var pending) && pending.Response.TrySetResult(response))
            return true;
        if (!_observed.TryGetValue(response.Token, out var observation))
            return pending is not null;
        _notify(observation, response);
        return true;
    }

    public void OnReset(ushort messageId)
    {
        // Of a request without confirmation: it is waited for no longer than its time anyway.
    }

    public ExchangeId? ExchangeOf(CoapToken token) =>
        _pending.TryGetValue(token, out var pending) ? pending.Exchange
        : _observed.TryGetValue(token, out var observation) ? observation.Exchange
        : null;

    /// <summary>The link is over: whoever waits is told.</summary>
    public void Fail(TransportException reason)
    {
        foreach (var pending in _pending.Values)
            pending.Response.TrySetException(reason);
    }

    /// <summary>Elective options that make no sense are dropped; a critical one that nobody knows spoils the response.</summary>
    internal static CoapMessage Checked(CoapMessage response)
    {
        var options = OptionRules.Check(response.Options);
        return options.BadOption is { } bad
            ? throw new TransportException(
                FailureKind.RefusedByPeer,
                $"The response has the critical option {OptionTable.NameOf(bad)}, which is unknown or not valid there: it cannot be used."
            )
            : response with
            {
                Options = options.Options,
            };
    }

    private async Task<CoapMessage> WaitAsync(
        Pending pending,
        Delivery delivery,
        CoapMessage request,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        if (pending.Response.Task.IsCompleted)
            return await pending.Response.Task.ConfigureAwait(false);
        try
        {
            return await pending.Response.Task.WaitAsync(patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                delivery.Outcome == DeliveryOutcome.Acknowledged
                    ? $"The peer has the request {request.Code} {CoapPath.Of(request.Options)}, but did not answer it within {Quantity.Format(patience)}: wait longer (coap.response_timeout), or look at what it does."
                    : $"No response to {request.Code} {CoapPath.Of(request.Options)} came within {Quantity.Format(patience)}: it was sent once and may be lost; send it again, or confirmable.",
                exception
            );
        }
    }

    private void ThrowIfFailed(Delivery delivery, CoapMessage request)
    {
        var what = $"{request.Code} {CoapPath.Of(request.Options)}";
        if (delivery.Outcome == DeliveryOutcome.Unanswered)
            throw LinkFailures.NoAnswer(what, delivery.Tries, _parameters);
        if (delivery.Outcome == DeliveryOutcome.Reset)
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"The peer rejected {what} with a reset: it does not understand the message, or has no room for it."
            );
    }

    private sealed class Pending(ExchangeId exchange)
    {
        public ExchangeId Exchange => exchange;

        public TaskCompletionSource<CoapMessage> Response { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
