using System.Collections.Concurrent;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>The message layer to one peer (RFC 7252, section 4): ids, repetitions with back-off, acknowledgements, resets.</summary>
internal sealed class MessageLayer : ICoapLink
{
    /// <summary>Most bytes of a block: what fits with its options into one packet of most networks.</summary>
    private const int MaximumBlock = 1024;

    private readonly ConcurrentDictionary<ushort, Pending> _pending = new();
    private readonly SemaphoreSlim _turns;
    private readonly TransmissionParameters _parameters;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _transmit;
    private readonly ILinkHandler _handler;
    private readonly SeenMessages _seen;
    private readonly object _peer;
    private readonly PacketLog _packets;
    private readonly SessionContext _context;
    private readonly MessageIds _ids;
    private volatile TransportException? _over;

    /// <param name="parameters">Times and counts.</param>
    /// <param name="transmit">Sends a datagram to the peer.</param>
    /// <param name="handler">Gets what comes.</param>
    /// <param name="seen">Remembers what came, of all peers.</param>
    /// <param name="peer">Tells this peer's messages from others' there.</param>
    /// <param name="packets">Told of every packet.</param>
    /// <param name="context">The surroundings.</param>
    public MessageLayer(
        TransmissionParameters parameters,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> transmit,
        ILinkHandler handler,
        SeenMessages seen,
        object peer,
        PacketLog packets,
        SessionContext context
    )
    {
        _parameters = parameters;
        _transmit = transmit;
        _handler = handler;
        _seen = seen;
        _peer = peer;
        _packets = packets;
        _context = context;
        _turns = new SemaphoreSlim(parameters.NStart);
        _ids = new MessageIds(parameters.ExchangeLifetime, context.Time, Random.Shared);
    }

    public bool IsReliable => false;

    public int MaximumPayload => MaximumBlock;

    /// <summary>Messages that wait for their acknowledgement.</summary>
    public int Waiting => _pending.Count;

    public async Task<Delivery> SendAsync(CoapMessage message, SendOptions options, CancellationToken cancellationToken)
    {
        if (message.Type != CoapType.Confirmable)
        {
            var numbered = message with
            {
                MessageId = await NumberAsync(options, cancellationToken).ConfigureAwait(false),
            };
            await TransmitAsync(numbered, DatagramCodec.Write(numbered), options.Exchange, "", cancellationToken)
                .ConfigureAwait(false);
            return new Delivery(DeliveryOutcome.Sent, 1);
        }

        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var numbered = message with
            {
                MessageId = await NumberAsync(options, cancellationToken).ConfigureAwait(false),
            };
            return await RepeatAsync(numbered, options.Exchange, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    public async Task<TimeSpan> PingAsync(ExchangeId? exchange, CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        var delivery = await SendAsync(
                CoapMessage.EmptyOf(CoapType.Confirmable, 0),
                new SendOptions(exchange),
                cancellationToken
            )
            .ConfigureAwait(false);
        // Most answer with a reset, as they should; some acknowledge. Both are there.
        return delivery.Outcome == DeliveryOutcome.Unanswered
            ? throw LinkFailures.NoAnswer("The ping", delivery.Tries, _parameters)
            : _context.Time.GetElapsedTime(started);
    }

    /// <summary>Takes a datagram of the peer.</summary>
    /// <param name="datagram">Nobody else holds it.</param>
    /// <param name="cancellationToken">Ends the answers that are sent at once.</param>
    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken) =>
        ReceiveAsync(DatagramCodec.Read(datagram), datagram, cancellationToken);

    /// <summary>Takes a datagram of the peer that was read already.</summary>
    public async ValueTask ReceiveAsync(
        DatagramRead read,
        ReadOnlyMemory<byte> datagram,
        CancellationToken cancellationToken
    )
    {
        switch (read.Verdict)
        {
            case DatagramVerdict.Ignored:
                _packets.RecordBad(Direction.In, datagram, "ignored", read.Problem);
                return;
            case DatagramVerdict.FormatError:
                _packets.RecordBad(Direction.In, datagram, $"{read.Type.Short} bad", read.Problem);
                if (read.Type == CoapType.Confirmable)
                    await SendEmptyAsync(CoapType.Reset, read.MessageId, null, cancellationToken).ConfigureAwait(false);
                return;
        }

        var message = read.Message!;
        if (message.Type is CoapType.Acknowledgement or CoapType.Reset)
            TakeAnswer(message, datagram);
        else
            await TakeAsync(message, datagram, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The way to the peer is gone: whoever waits is told.</summary>
    public void Fail(TransportException reason)
    {
        _over = reason;
        foreach (var pending in _pending.Values)
            pending.Answer.TrySetException(reason);
    }

    internal ValueTask SendEmptyAsync(
        CoapType type,
        ushort id,
        ExchangeId? exchange,
        CancellationToken cancellationToken
    )
    {
        var message = CoapMessage.EmptyOf(type, id);
        return TransmitAsync(message, DatagramCodec.Write(message), exchange, "", cancellationToken);
    }

    internal async ValueTask TransmitAsync(
        CoapMessage message,
        ReadOnlyMemory<byte> bytes,
        ExchangeId? exchange,
        string note,
        CancellationToken cancellationToken
    )
    {
        if (_over is { } reason)
            throw new TransportException(reason.Kind, reason.Message, reason);
        _packets.Record(Direction.Out, bytes, message, isStream: false, exchange, note);
        await _transmit(bytes, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ushort> NumberAsync(SendOptions options, CancellationToken cancellationToken)
    {
        var id = await _ids.NextAsync(cancellationToken).ConfigureAwait(false);
        options.Numbered?.Invoke(id);
        return id;
    }

    private async Task<Delivery> RepeatAsync(
        CoapMessage message,
        ExchangeId? exchange,
        CancellationToken cancellationToken
    )
    {
        var bytes = DatagramCodec.Write(message);
        var pending = new Pending(message, exchange);
        _pending[message.MessageId] = pending;
        try
        {
            var wait = _parameters.AckTimeout * (1 + (Random.Shared.NextDouble() * (_parameters.AckRandomFactor - 1)));
            for (var tries = 1; ; tries++)
            {
                pending.Tries = tries;
                var note = tries == 1 ? "" : $"repetition {tries - 1} of {_parameters.MaxRetransmit}";
                await TransmitAsync(message, bytes, exchange, note, cancellationToken).ConfigureAwait(false);
                if (await IsAnsweredAsync(pending, wait, cancellationToken).ConfigureAwait(false))
                    return new Delivery(await pending.Answer.Task.ConfigureAwait(false), tries);
                if (tries > _parameters.MaxRetransmit)
                    return new Delivery(DeliveryOutcome.Unanswered, tries);
                wait *= 2;
            }
        }
        finally
        {
            _pending.TryRemove(KeyValuePair.Create(message.MessageId, pending));
            // A failure that nobody waits for any more is no unobserved one.
            _ = pending.Answer.Task.Exception;
        }
    }

    private async ValueTask<bool> IsAnsweredAsync(Pending pending, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (pending.Answer.Task.IsCompleted)
            return true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(wait, _context.Time, stop.Token);
        await Task.WhenAny(pending.Answer.Task, timer).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return pending.Answer.Task.IsCompleted;
    }

    private void TakeAnswer(CoapMessage message, ReadOnlyMemory<byte> datagram)
    {
        _pending.TryGetValue(message.MessageId, out var pending);
        var isResponse = message.Code != CoapCode.Empty;
        var isGood =
            pending is not null
            && (
                !isResponse
                || (
                    message.Type == CoapType.Acknowledgement
                    && message.Code.IsResponse
                    && message.Token == pending.Message.Token
                )
            );
        if (message.Type == CoapType.Reset && pending is null)
        {
            _packets.Record(Direction.In, datagram, message, isStream: false, null);
            _handler.OnReset(message.MessageId);
            return;
        }

        if (!isGood)
        {
            _packets.Record(Direction.In, datagram, message, isStream: false, null, "ignored: nothing waits for it");
            return;
        }

        _packets.Record(Direction.In, datagram, message, isStream: false, pending!.Exchange);
        if (isResponse)
            _handler.OnResponse(message);
        pending.Answer.TrySetResult(
            message.Type == CoapType.Reset ? DeliveryOutcome.Reset : DeliveryOutcome.Acknowledged
        );
    }

    private async ValueTask TakeAsync(
        CoapMessage message,
        ReadOnlyMemory<byte> datagram,
        CancellationToken cancellationToken
    )
    {
        var isConfirmable = message.Type == CoapType.Confirmable;
        if (message.Code == CoapCode.Empty)
        {
            _packets.Record(Direction.In, datagram, message, isStream: false, null, isConfirmable ? "ping" : "ignored");
            if (isConfirmable)
                await SendEmptyAsync(CoapType.Reset, message.MessageId, null, cancellationToken).ConfigureAwait(false);
            return;
        }

        var seen = _seen.Take(_peer, message.MessageId, datagram.Span, out var isRepetition);
        if (isRepetition)
        {
            await AnswerAgainAsync(message, datagram, seen, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (message.Code.IsRequest)
        {
            var exchange = _context.NextExchange();
            _packets.Record(Direction.In, datagram, message, isStream: false, exchange);
            await _handler
                .OnRequestAsync(new DatagramRequest(message, exchange, this, seen), cancellationToken)
                .ConfigureAwait(false);
        }
        else
            await TakeResponseAsync(message, datagram, seen, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AnswerAgainAsync(
        CoapMessage message,
        ReadOnlyMemory<byte> datagram,
        SeenMessages.Entry seen,
        CancellationToken cancellationToken
    )
    {
        _packets.Record(Direction.In, datagram, message, isStream: false, null, "a repetition");
        if (message.Type != CoapType.Confirmable || seen.Reply.IsEmpty)
            return;
        if (DatagramCodec.Read(seen.Reply).Message is { } reply)
            await TransmitAsync(reply, seen.Reply, null, "again", cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask TakeResponseAsync(
        CoapMessage message,
        ReadOnlyMemory<byte> datagram,
        SeenMessages.Entry seen,
        CancellationToken cancellationToken
    )
    {
        var exchange = _handler.ExchangeOf(message.Token);
        var isWanted = _handler.OnResponse(message);
        _packets.Record(Direction.In, datagram, message, isStream: false, exchange, isWanted ? "" : "not wanted");
        // A response can overtake the acknowledgement of its request, and stands for it (section 5.2.2).
        foreach (var pending in _pending.Values)
        {
            if (isWanted && pending.Message.Token == message.Token && pending.Message.Code.IsRequest)
                pending.Answer.TrySetResult(DeliveryOutcome.Acknowledged);
        }

        if (isWanted && message.Type == CoapType.NonConfirmable)
            return;
        var answer = CoapMessage.EmptyOf(isWanted ? CoapType.Acknowledgement : CoapType.Reset, message.MessageId);
        var bytes = DatagramCodec.Write(answer);
        seen.Remember(bytes);
        await TransmitAsync(answer, bytes, exchange, "", cancellationToken).ConfigureAwait(false);
    }

    private sealed class Pending(CoapMessage message, ExchangeId? exchange)
    {
        public CoapMessage Message => message;

        public ExchangeId? Exchange => exchange;

        public int Tries { get; set; }

        public TaskCompletionSource<DeliveryOutcome> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
