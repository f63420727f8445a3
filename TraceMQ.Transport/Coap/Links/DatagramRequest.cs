using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A request that came in a datagram.</summary>
internal sealed class DatagramRequest : IncomingRequest
{
    private readonly MessageLayer _layer;
    private readonly SeenMessages.Entry _seen;
    private int _isAnswered;

    public DatagramRequest(CoapMessage message, ExchangeId exchange, MessageLayer layer, SeenMessages.Entry seen)
        : base(message, exchange)
    {
        _layer = layer;
        _seen = seen;
    }

    public override ICoapLink Link => _layer;

    public override bool IsAnsweredAtOnce =>
        Message.Type == CoapType.Confirmable && Volatile.Read(ref _isAnswered) == 0;

    /// <summary>Rejects it with a reset, as a message that nobody here understands.</summary>
    public ValueTask RejectAsync(CancellationToken cancellationToken)
    {
        if (Message.Type != CoapType.Confirmable || Interlocked.Exchange(ref _isAnswered, 1) != 0)
            return ValueTask.CompletedTask;
        var reset = CoapMessage.EmptyOf(CoapType.Reset, Message.MessageId);
        return AnswerAsync(reset, cancellationToken);
    }

    public override ValueTask AcknowledgeAsync(CancellationToken cancellationToken)
    {
        if (Message.Type != CoapType.Confirmable || Interlocked.Exchange(ref _isAnswered, 1) != 0)
            return ValueTask.CompletedTask;
        return AnswerAsync(CoapMessage.EmptyOf(CoapType.Acknowledgement, Message.MessageId), cancellationToken);
    }

    public override async Task<Delivery> ReplyAsync(
        CoapMessage response,
        Action<ushort>? numbered,
        CancellationToken cancellationToken
    )
    {
        var complete = response with { Token = Message.Token };
        if (Message.Type == CoapType.Confirmable && Interlocked.Exchange(ref _isAnswered, 1) == 0)
        {
            await AnswerAsync(
                    complete with
                    {
                        Type = CoapType.Acknowledgement,
                        MessageId = Message.MessageId,
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return new Delivery(DeliveryOutcome.Sent, 1);
        }

        // Separate responses are as confirmable as their requests (section 5.2.2 and 5.2.3).
        return await _layer
            .SendAsync(complete with { Type = Message.Type }, new SendOptions(Exchange, numbered), cancellationToken)
            .ConfigureAwait(false);
    }

    private ValueTask AnswerAsync(CoapMessage answer, CancellationToken cancellationToken)
    {
        var bytes = DatagramCodec.Write(answer);
        _seen.Remember(bytes);
        return _layer.TransmitAsync(answer, bytes, Exchange, "", cancellationToken);
    }
}
