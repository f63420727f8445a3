using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// Reads a stream through a consumer of its own that acknowledges nothing and goes away with us, so that the stream and its other consumers stay
/// as they were. After a loss the next one goes on behind the last delivered message.
/// </summary>
internal sealed class NatsReplay : IAsyncDisposable
{
    private const int Batch = 1_000;
    private static readonly TimeSpan s_inactive = TimeSpan.FromSeconds(30);

    private readonly SessionContext _context;
    private readonly NatsPrefix _prefix;
    private readonly NatsJSContext _js;
    private readonly string _stream;
    private readonly Action<TransportException> _failed;
    private readonly CancellationTokenSource _stop = new();
    private readonly DateTimeOffset? _endTime;
    private NatsPoint _point;
    private Task _reading = Task.CompletedTask;
    private INatsJSConsumer? _consumer;

    private NatsReplay(
        Subscription subscription,
        string stream,
        NatsPoint point,
        NatsJSContext js,
        NatsPrefix prefix,
        SessionContext context,
        Action<TransportException> failed
    )
    {
        Subscription = subscription;
        _stream = stream;
        _point = point;
        _js = js;
        _prefix = prefix;
        _context = context;
        _failed = failed;
        _endTime = NatsReplayPlan.Until(subscription)?.TimeAt(context.Time.GetUtcNow());
    }

    public Subscription Subscription { get; }

    /// <summary>Where it stands; after dispose, where it stood.</summary>
    public NatsPoint Point => Volatile.Read(ref _point);

    /// <summary>Begins to read.</summary>
    /// <exception cref="TransportException">There is no such stream, or it cannot be read.</exception>
    public static async Task<NatsReplay> StartAsync(
        NatsReplayPlan plan,
        NatsPoint? from,
        NatsJSContext js,
        NatsPrefix prefix,
        SessionContext context,
        Action<TransportException> failed,
        CancellationToken cancellationToken
    )
    {
        var (config, end) = await plan.ConsumerAsync(js, from, context.Time.GetUtcNow(), cancellationToken)
            .ConfigureAwait(false);
        var point = from ?? new NatsPoint(0, end, IsCaughtUp: false, IsFinished: false);
        var replay = new NatsReplay(plan.Subscription, plan.Stream, point, js, prefix, context, failed);
        if (point.IsFinished)
        {
            await replay.MarkAsync(HistoryMark.Finished).ConfigureAwait(false);
            return replay;
        }

        replay._consumer = await js.CreateConsumerAsync(plan.Stream, config, cancellationToken).ConfigureAwait(false);
        replay._reading = Task.Run(() => replay.ReadAsync(replay._consumer), CancellationToken.None);
        return replay;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Takes the consumer away at once instead of leaving that to the server's clock.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync().ConfigureAwait(false);
        if (_consumer is { } consumer)
            await _js.DeleteConsumerAsync(_stream, consumer.Info.Name, cancellationToken).ConfigureAwait(false);
    }

    public static ConsumerConfig Config(string name, string? filter) =>
        new(name)
        {
            // Named, since older servers refuse one without a name and with a filter, and in the singular, since they do not see the plural.
            FilterSubject = filter,
            AckPolicy = ConsumerConfigAckPolicy.None,
            MemStorage = true,
            NumReplicas = 1,
            InactiveThreshold = s_inactive,
        };

    private async Task ReadAsync(INatsJSConsumer consumer)
    {
        try
        {
            if (consumer.Info.NumPending == 0 && await TakeEndOfHistoryAsync().ConfigureAwait(false))
                return;
            ulong before = 0;
            var messages = consumer.ConsumeAsync(
                NatsRawSerializer<byte[]>.Default,
                new NatsJSConsumeOpts { MaxMsgs = Batch },
                _stop.Token
            );
            await foreach (var message in messages.ConfigureAwait(false))
            {
                if (message.Metadata is not { } metadata)
                    continue;
                if (metadata.Sequence.Consumer != before + 1)
                    throw new TransportException(
                        FailureKind.Lost,
                        $"Messages of stream {_stream} were lost on the way; reading goes on behind sequence {_point.Sequence}."
                    );
                before = metadata.Sequence.Consumer;
                if (await TakeAsync(message, metadata).ConfigureAwait(false))
                    return;
            }

            if (!_stop.IsCancellationRequested)
                throw NatsReplayPlan.Ended(_stream, exception: null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The subscription ended, or the session did.
        }
        catch (TransportException exception)
        {
            _failed(exception);
        }
        catch (Exception exception) when (NatsFailures.IsExpected(exception))
        {
            if (!_stop.IsCancellationRequested)
                _failed(NatsReplayPlan.Ended(_stream, exception));
        }
    }

    /// <returns>True where this was the end.</returns>
    private async Task<bool> TakeAsync(INatsJSMsg<byte[]> message, NatsJSMsgMetadata metadata)
    {
        var sequence = metadata.Sequence.Stream;
        if (_point.End < sequence || _endTime < metadata.Timestamp)
            return await FinishAsync().ConfigureAwait(false);
        await _context.Inbox.WriteAsync(Of(message, metadata), _stop.Token).ConfigureAwait(false);
        Volatile.Write(ref _point, _point with { Sequence = sequence });
        if (_point.End == sequence)
            return await FinishAsync().ConfigureAwait(false);
        return metadata.NumPending == 0 && await TakeEndOfHistoryAsync().ConfigureAwait(false);
    }

    /// <returns>True where nothing more is wanted.</returns>
    private async Task<bool> TakeEndOfHistoryAsync()
    {
        // An end that was fixed at the beginning lies behind us, even where the message with that number does not match the filter.
        if (NatsReplayPlan.Until(Subscription)?.Kind == StartKind.End)
            return await FinishAsync().ConfigureAwait(false);
        if (!_point.IsCaughtUp)
        {
            await MarkAsync(HistoryMark.CaughtUp).ConfigureAwait(false);
            Volatile.Write(ref _point, _point with { IsCaughtUp = true });
        }

        return false;
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
                    Topic = Subscription.Topic,
                    Mark = mark,
                },
                _stop.Token
            )
            .ConfigureAwait(false);

    private Message Of(INatsJSMsg<byte[]> message, NatsJSMsgMetadata metadata)
    {
        var topic = _prefix.Topic(message.Subject);
        var details = new List<Detail>(4);
        if (!ReferenceEquals(topic, message.Subject))
            details.Add(new Detail(NatsDetails.Subject, DetailValue.Of(message.Subject)));
        details.Add(new Detail(NatsDetails.Stream, DetailValue.Of(_stream)));
        details.Add(new Detail(NatsDetails.Sequence, DetailValue.Of((long)metadata.Sequence.Stream)));
        details.Add(new Detail(NatsDetails.StoredTime, DetailValue.Of(metadata.Timestamp)));
        return new Message
        {
            Time = _context.Time.GetUtcNow(),
            Topic = topic,
            Payload = message.Data ?? [],
            Headers = message.Headers is { } headers
                ? [.. headers.SelectMany(header => header.Value.Select(value => new Header(header.Key, value ?? "")))]
                : [],
            IsReplayed = !_point.IsCaughtUp,
            Details = new MessageDetails([.. details]),
        };
    }
}
