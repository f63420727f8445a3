using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>The resources that a session observes (RFC 7641): registers, tells notifications, registers again, cancels.</summary>
internal sealed class Observations : IAsyncDisposable
{
    /// <summary>Most resources that are observed at a time.</summary>
    public const int Maximum = 1000;

    // After Max-Age a client may register again, a while later so that all do not at once (section 3.3.1).
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(1);
    private const uint DefaultMaxAge = 60;

    private readonly ConcurrentDictionary<string, Observed> _byTopic = new(StringComparer.Ordinal);
    private readonly LastStates _states;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private BlockTransfers _transfers = null!;
    private ICoapLink _link = null!;

    public Observations(LastStates states, SessionContext context)
    {
        _states = states;
        _context = context;
    }

    public int Count => _byTopic.Count;

    /// <summary>The topics that are observed.</summary>
    public bool IsObserved(string topic) => _byTopic.ContainsKey(topic);

    /// <summary>Before anything is observed.</summary>
    public void Start(BlockTransfers transfers, ICoapLink link)
    {
        _transfers = transfers;
        _link = link;
    }

    /// <summary>Registers with the peer.</summary>
    /// <exception cref="TransportException">The link failed.</exception>
    public async Task<SubscribeResult> BeginAsync(
        Exchanges exchanges,
        string topic,
        CoapMessage request,
        CancellationToken cancellationToken
    )
    {
        await EndAsync(exchanges, topic, cancellationToken).ConfigureAwait(false);
        if (_byTopic.Count >= Maximum)
            return new SubscribeResult(IsAccepted: false, $"{Maximum:N0} resources are observed already");
        var observation = new Observation(request, _context.NextExchange(), _context.Time);
        var observed = new Observed(topic, observation);
        observed.Stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        // Before the request: a notification can overtake the response.
        _byTopic[topic] = observed;
        exchanges.Add(observation);
        var isOn = false;
        try
        {
            var reply = await _transfers
                .AskAsync(request, observation.Exchange, cancellationToken)
                .ConfigureAwait(false);
            if (!reply.Message.Code.IsSuccess)
                return new SubscribeResult(IsAccepted: false, CoapWords.Of(reply));
            var sequence = reply.Message.Options.Uint(OptionNumber.Observe);
            // Where a notification has overtaken it, it is old.
            if (sequence is null || observation.IsNewer(sequence.Value))
                Tell(observed, reply.Message, reply);
            if (sequence is null)
                return new SubscribeResult(
                    IsAccepted: false,
                    $"{reply.Message.Code}, but it cannot be observed: its value was fetched once"
                );
            isOn = true;
            observation.IsOn = true;
            observed.Working = WorkAsync(exchanges, observed);
            return new SubscribeResult(IsAccepted: true, "observed");
        }
        finally
        {
            if (!isOn)
                Forget(exchanges, observed);
        }
    }

    /// <summary>Cancels with the peer; one that is not there is no error.</summary>
    public async Task EndAsync(Exchanges exchanges, string topic, CancellationToken cancellationToken)
    {
        if (!_byTopic.TryGetValue(topic, out var observed))
            return;
        var isOn = observed.Observation.IsOn;
        Forget(exchanges, observed);
        await observed.Working.ConfigureAwait(false);
        if (!isOn)
            return;
        var request = observed.Observation.Request;
        try
        {
            // The same request with Observe 1 (section 3.6), told to nobody.
            await exchanges
                .AskAsync(
                    _link,
                    request with
                    {
                        Options = request.Options.With(CoapOption.Of(OptionNumber.Observe, 1)),
                    },
                    observed.Observation.Exchange,
                    TimeSpan.FromSeconds(5),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            // It does not know us any more, or is gone: a reset to its next notification says the same.
            _context.Log.LogDebug("Cancelling {Topic} failed: {Reason}", topic, exception.Message);
        }
    }

    /// <summary>Cancels them all, as far as that goes quickly.</summary>
    public async Task EndAllAsync(Exchanges exchanges, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(s_goodbye, time);
        try
        {
            foreach (var topic in _byTopic.Keys)
                await EndAsync(exchanges, topic, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The peer finds out when its next notification is rejected.
        }
    }

    /// <summary>Takes a notification; called in their order, and must not wait.</summary>
    public void Take(Observation observation, CoapMessage notification)
    {
        if (_byTopic.Values.FirstOrDefault(item => item.Observation == observation) is not { } observed)
            return;
        var isLast = !notification.Code.IsSuccess || !notification.Options.Has(OptionNumber.Observe);
        if (!isLast && !observation.IsNewer(notification.Options.Uint(OptionNumber.Observe) ?? 0))
            return;
        observed.HeardAt = _context.Time.GetTimestamp();
        observed.MaxAge = TimeSpan.FromSeconds(notification.Options.Uint(OptionNumber.MaxAge) ?? DefaultMaxAge);
        if (notification.Options.Block(OptionNumber.Block2) is { IsMore: true })
        {
            observation.Unfinished.Writer.TryWrite(notification);
            return;
        }

        Tell(observed, notification, null);
        if (!isLast)
            return;
        observation.IsOn = false;
        _context.Notices.TryWrite(
            new Notice(
                NoticeLevel.Warning,
                notification.Code.IsSuccess
                    ? $"{observed.Topic} is not observed any more: the peer stopped notifying."
                    : $"{observed.Topic} is not observed any more: {notification.Code}.",
                observed.Topic
            )
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var observed in _byTopic.Values)
            await observed.Working.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Forget(Exchanges exchanges, Observed observed)
    {
        exchanges.Remove(observed.Observation);
        _byTopic.TryRemove(KeyValuePair.Create(observed.Topic, observed));
        observed.Observation.IsOn = false;
        observed.Stop.Cancel();
    }

    /// <summary>Fetches the rest of notifications that are longer than a block, and registers again where they stay away.</summary>
    private async Task WorkAsync(Exchanges exchanges, Observed observed)
    {
        // Whoever called must not wait for it.
        await Task.Yield();
        var token = observed.Stop.Token;
        var unfinished = observed.Observation.Unfinished.Reader;
        try
        {
            while (true)
            {
                var wait = observed.MaxAge + s_grace - _context.Time.GetElapsedTime(observed.HeardAt);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
                var timer = wait > TimeSpan.Zero ? Task.Delay(wait, _context.Time, limit.Token) : Task.CompletedTask;
                var more = unfinished.WaitToReadAsync(limit.Token).AsTask();
                await Task.WhenAny(timer, more).ConfigureAwait(false);
                var isMore = more.IsCompletedSuccessfully;
                await limit.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(timer, more).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                token.ThrowIfCancellationRequested();
                if (isMore && unfinished.TryRead(out var notification))
                    await FinishAsync(observed, notification, token).ConfigureAwait(false);
                else if (!observed.Observation.IsOn)
                    return;
                else if (_context.Time.GetElapsedTime(observed.HeardAt) >= observed.MaxAge + s_grace)
                    await RenewAsync(exchanges, observed, token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Cancelled, or the session is over.
        }
    }

    private async Task FinishAsync(Observed observed, CoapMessage notification, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _transfers
                .CompleteAsync(
                    observed.Observation.Request,
                    notification,
                    observed.Observation.Exchange,
                    cancellationToken
                )
                .ConfigureAwait(false);
            Tell(observed, reply.Message, reply);
        }
        catch (TransportException exception)
        {
            _context.Notices.TryWrite(
                new Notice(
                    NoticeLevel.Warning,
                    $"A notification of {observed.Topic} is incomplete: {exception.Message}",
                    observed.Topic
                )
            );
        }
    }

    private async Task RenewAsync(Exchanges exchanges, Observed observed, CancellationToken cancellationToken)
    {
        observed.HeardAt = _context.Time.GetTimestamp();
        observed.Observation.Restart();
        try
        {
            var reply = await _transfers
                .AskAsync(observed.Observation.Request, observed.Observation.Exchange, cancellationToken)
                .ConfigureAwait(false);
            observed.HeardAt = _context.Time.GetTimestamp();
            var sequence = reply.Message.Options.Uint(OptionNumber.Observe) ?? 0;
            if (reply.Message.Code.IsSuccess && observed.Observation.IsNewer(sequence))
                Tell(observed, reply.Message, reply);
        }
        catch (TransportException exception)
        {
            _context.Notices.TryWrite(
                new Notice(
                    NoticeLevel.Warning,
                    $"{observed.Topic} has not notified in its time, and could not be observed again: {exception.Message}",
                    observed.Topic
                )
            );
        }
    }

    private void Tell(Observed observed, CoapMessage notification, CoapReply? reply)
    {
        var checkedOptions = OptionRules.Check(notification.Options);
        if (checkedOptions.BadOption is not null)
            return;
        if (reply is not null)
        {
            observed.HeardAt = _context.Time.GetTimestamp();
            observed.MaxAge = TimeSpan.FromSeconds(notification.Options.Uint(OptionNumber.MaxAge) ?? DefaultMaxAge);
        }

        if (notification.Code.IsSuccess)
            _states.Note(observed.Topic, notification.Payload.Span);
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = Direction.In,
                Topic = observed.Topic,
                Payload = notification.Payload,
                Headers = CoapDetails.Headers(checkedOptions.Options),
                Details = CoapDetails.OfResponse(
                    notification,
                    CoapCode.Get,
                    new ResponseFacts
                    {
                        IsStream = _link.IsReliable,
                        HasId = true,
                        RoundTrip = reply is { RoundTrip.Ticks: > 0 } ? reply.RoundTrip : null,
                        Blocks = reply?.Blocks ?? 1,
                    }
                ),
                Exchange = observed.Observation.Exchange,
            }
        );
    }

    private sealed class Observed(string topic, Observation observation)
    {
        private long _heardAt;
        private long _maxAgeTicks = TimeSpan.FromSeconds(DefaultMaxAge).Ticks;

        public string Topic => topic;

        public Observation Observation => observation;

        public CancellationTokenSource Stop { get; set; } = null!;

        public Task Working { get; set; } = Task.CompletedTask;

        public long HeardAt
        {
            get => Interlocked.Read(ref _heardAt);
            set => Interlocked.Exchange(ref _heardAt, value);
        }

        public TimeSpan MaxAge
        {
            get => TimeSpan.FromTicks(Interlocked.Read(ref _maxAgeTicks));
            set => Interlocked.Exchange(ref _maxAgeTicks, value.Ticks);
        }
    }
}
