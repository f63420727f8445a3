using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A request that came over a stream: nothing is acknowledged there.</summary>
internal sealed class StreamRequest(CoapMessage message, ExchangeId exchange, StreamLink link)
    : IncomingRequest(message, exchange)
{
    public override ICoapLink Link => link;

    // Only its own connection waits for it.
    public override bool IsAnsweredAtOnce => true;

    public override ValueTask AcknowledgeAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override Task<Delivery> ReplyAsync(
        CoapMessage response,
        Action<ushort>? numbered,
        CancellationToken cancellationToken
    ) => link.SendAsync(response with { Token = Message.Token }, new SendOptions(Exchange), cancellationToken);
}
