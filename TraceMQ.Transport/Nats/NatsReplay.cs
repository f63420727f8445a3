using System.Globalization;
using NATS.Client.JetStream;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// Reads a stream through a consumer of its own that acknowledges nothing and goes away with us, so that the stream and its other consumers stay
/// as they were. Where the consumer is lost another one goes on behind the last delivered message, and so does the next session.
/// </summary>
internal sealed class NatsReplay : IAsyncDisposable
{
    private static readonly TimeSpan s_removal = TimeSpan.FromSeconds(2);

    // Timers run for 49 days at most; an end that is further away is not waited for.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    private readonly NatsReplayPlan _plan;
    private readonly NatsLink _link;
    private readonly NatsRecovery _recovery;
    private readonly NatsPrefix _prefix;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private NatsPoint _point;
    private NatsConsumer? _consumer;
    private long _left;
    private Task _reading = Task.CompletedTask;
    private int _isDisposed;

    private NatsReplay(NatsReplayPlan plan, NatsPoint point, NatsLink link, NatsPrefix prefix, SessionContext context)
    {
        _plan = plan;
        _point = point;
        _link = link;
        _recovery = new NatsRecovery(plan, link, context);
        _prefix = prefix;
        _context = context;
    }

    /// <summary>How far it has come, for the connection card.</summary>
    public Fact Progress
    {
        get
        {
            var point = Point;
            var left = Interlocked.Read(ref _left);
            var at = point.Sequence.ToString("N0", CultureInfo.InvariantCulture);
            return new Fact(
                $"replay of {_plan.Stream}",
                point.IsFinished ? $"finished at sequence {at}"
                    : point.IsCaughtUp ? $"live, at sequence {at}"
                    : $"at sequence {at}, {left.ToString("N0", CultureInfo.InvariantCulture)} to come"
            );
        }
    }

    /// <summary>Where it stands; after dispose, where it stood.</summary>
    public NatsPoint Point => Volatile.Read(ref _point);

    /// <summary>Begins to read.</summary>
    /// <param name="plan">What.</param>
    /// <param name="from">Where an earlier session stood; null: from the plan's beginning.</param>
    /// <param name="link">The connection.</param>
    /// <param name="prefix">What the profile puts before subjects.</param>
    /// <param name="context">The inbox and the clock.</param>
    /// <param name="cancellationToken">Ends the beginning, not the reading.</param>
    /// <exception cref="NatsJSApiException">There is no such stream, or it cannot be read.</exception>
    /// <exception cref="TransportException">It is another stream than the earlier session read.</exception>
    public static async Task<NatsReplay> StartAsync(
        NatsReplayPlan plan,
        NatsPoint? from,
        NatsLink link,
        NatsPrefix prefix,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var js = new NatsJSContext(link.Connection);
        var point =
            from ?? await plan.BeginAsync(js, context.Time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        var replay = new NatsReplay(plan, point, link, prefix, context);
        if (point.IsFinished)
        {
            await replay.MarkAsync(HistoryMark.Finished).ConfigureAwait(false);
            return replay;
        }

        if (from is not null)
            await plan.ThrowIfReplacedAsync(js, from, cancellationToken).ConfigureAwait(false);
        replay._consumer = await replay._recovery.OpenAsync(point, cancellationToken).ConfigureAwait(false);
        replay._reading = Task.Run(replay.ReadAsync, CancellationToken.None);
        return replay;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        // Else the server takes it away by its own clock.
        if (_consumer is { } consumer && !_link.Completion.IsCompleted)
            await RemoveAsync(consumer).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RemoveAsync(NatsConsumer consumer)
    {
        using var limit = new CancellationTokenSource(s_removal, _context.Time);
        await consumer.RemoveAsync(limit.Token).ConfigureAwait(false);
    }

    private async Task ReadAsync()
    {
        try
        {
            while (!await ReadToItsEndAsync(_consumer!).ConfigureAwait(false))
            {
                await RemoveAsync(_consumer!).ConfigureAwait(false);
                _consumer = await _recovery
                    .ReplaceAsync(_point, _consumer!.Pull.Gone, _stop.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The subscription ended, or the session did.
        }
        catch (Exception exception) when (exception is TransportException || NatsFailures.IsExpected(exception))
        {
            if (!_stop.IsCancellationRequested && !_link.Completion.IsCompleted)
                await BreakAsync(exception).ConfigureAwait(false);
        }
    }

    /// <summary>Only this subscription ends: the connection and the others go on.</summary>
    private async Task BreakAsync(Exception why)
    {
        var sentence =
            why is TransportException ? why.Message : NatsReplayPlan.Ended(_plan.Stream, why.Message).Message;
        _context.Notices.TryWrite(
            new Notice(NoticeLevel.Warning, sentence, _plan.Subscription.Topic) { EndsSubscription = true }
        );
        try
        {
            await MarkAsync(HistoryMark.Broken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The session ended too.
        }
    }

    /// <returns>True where nothing more is wanted; false where the consumer is lost.</returns>
    private async Task<bool> ReadToItsEndAsync(NatsConsumer consumer)
    {
        using var end = EndInTime();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, _stop.Token);
        var limit = either.Token;
        var pending = consumer.PendingAtStart;
        Interlocked.Exchange(ref _left, (long)pending);
        if (pending == 0 && await TakeEndOfHistoryAsync().ConfigureAwait(false))
            return true;
        ulong before = 0;
        while (true)
        {
            try
            {
                // A gap: something was lost on the way, and is read again.
                if (
                    await consumer.Pull.NextAsync(limit).ConfigureAwait(false) is not { } stored
                    || stored.Place.Delivery != before + 1
                )
                    return false;
                (before, pending) = (stored.Place.Delivery, stored.Place.Pending);
                Interlocked.Exchange(ref _left, (long)pending);
                if (await TakeAsync(stored).ConfigureAwait(false))
                    return true;
            }
            catch (OperationCanceledException)
                when (end.IsCancellationRequested && limit != _stop.Token && !_stop.IsCancellationRequested)
            {
                if (pending == 0 && !consumer.Pull.HasMore)
                    return await FinishAsync().ConfigureAwait(false);
                // What was stored before the end is still to come, and tells by itself when it is over.
                limit = _stop.Token;
            }
        }
    }

    // A moment later than the end, for what was stored just before it and is on its way.
    private CancellationTokenSource EndInTime() =>
        _point.EndTime - _context.Time.GetUtcNow() is { } left && left > TimeSpan.Zero && left < s_longest
            ? new CancellationTokenSource(left + TimeSpan.FromSeconds(1), _context.Time)
            : new CancellationTokenSource();

    /// <returns>True where this was the end.</returns>
    private async Task<bool> TakeAsync(NatsStored stored)
    {
        var sequence = stored.Place.Sequence;
        // Taken up again, last_per_subject brings what came already.
        var isNew = sequence > _point.Sequence;
        if (isNew && (_point.End < sequence || _point.EndTime < stored.Place.Stored))
            return await FinishAsync().ConfigureAwait(false);
        if (isNew && sequence > _point.Last)
            await TellCaughtUpAsync().ConfigureAwait(false);
        if (isNew)
        {
            await _context.Inbox.WriteAsync(Of(stored), _stop.Token).ConfigureAwait(false);
            Volatile.Write(ref _point, _point with { Sequence = sequence });
        }

        if (_point.End == sequence)
            return await FinishAsync().ConfigureAwait(false);
        return (stored.Place.Pending == 0 || sequence == _point.Last)
            && await TakeEndOfHistoryAsync().ConfigureAwait(false);
    }

    /// <returns>True where nothing more is wanted.</returns>
    private async Task<bool> TakeEndOfHistoryAsync()
    {
        // An end that was known at the beginning lies behind us, even where the message with that number does not match the filter.
        if (_point.EndsWithHistory(_context.Time.GetUtcNow()))
            return await FinishAsync().ConfigureAwait(false);
        await TellCaughtUpAsync().ConfigureAwait(false);
        return false;
    }

    private async Task TellCaughtUpAsync()
    {
        if (_point.IsCaughtUp)
            return;
        await MarkAsync(HistoryMark.CaughtUp).ConfigureAwait(false);
        Volatile.Write(ref _point, _point with { IsCaughtUp = true });
    }

    private async Task<bool> FinishAsync()
    {
        await MarkAsync(HistoryMark.Finished).ConfigureAwait(false);
        Volatile.Write(ref _point, _point with { IsFinished = true });
        return true;
    }

    private async Task MarkAsync(HistoryMark mark) =>
        await _context
            .Inbox.WriteAsync(
                new Message
                {
                    Time = _context.Time.GetUtcNow(),
                    Topic = _plan.Subscription.Topic,
                    Mark = mark,
                },
                _stop.Token
            )
            .ConfigureAwait(false);

    private Message Of(NatsStored stored)
    {
        var topic = _prefix.Topic(stored.Subject);
        return new Message
        {
            Time = _context.Time.GetUtcNow(),
            Topic = topic,
            Payload = stored.Payload,
            Headers = stored.Headers,
            IsReplayed = !_point.IsCaughtUp,
            IsPrefixed = !ReferenceEquals(topic, stored.Subject),
            Details = NatsDetails.OfStored(topic, stored, _plan.Stream),
        };
    }
}
