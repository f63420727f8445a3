using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A request of a peer, and the way back to it.</summary>
internal abstract class IncomingRequest
{
    protected IncomingRequest(CoapMessage message, ExchangeId exchange)
    {
        Message = message;
        Exchange = exchange;
    }

    public CoapMessage Message { get; }

    /// <summary>What its packets, and those of its answer, belong to.</summary>
    public ExchangeId Exchange { get; }

    /// <summary>The way to whoever asked.</summary>
    public abstract ICoapLink Link { get; }

    /// <summary>True where the answer goes out at once, in the acknowledgement; otherwise it may have to wait, for an id or for the peer.</summary>
    public abstract bool IsAnsweredAtOnce { get; }

    /// <summary>Tells the peer that the answer comes later, where that is not plain anyway.</summary>
    public abstract ValueTask AcknowledgeAsync(CancellationToken cancellationToken);

    /// <summary>Answers: in the acknowledgement where that is still to come, otherwise by itself.</summary>
    /// <param name="response">Code, options and payload; the rest is filled in.</param>
    /// <param name="numbered">Told the id under which it goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<Delivery> ReplyAsync(
        CoapMessage response,
        Action<ushort>? numbered,
        CancellationToken cancellationToken
    );
}
