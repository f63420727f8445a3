using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Requests of clients and their answers as rows of the list.</summary>
internal sealed class ServedRows
{
    private readonly SessionContext _context;

    public ServedRows(SessionContext context) => _context = context;

    /// <summary>A request came.</summary>
    public void Came(ServedPeer peer, CoapMessage request, ExchangeId exchange) =>
        Post(
            Direction.In,
            request,
            request,
            CoapDetails.OfRequest(request, peer.Link.IsReliable, hasId: true, peer.Name),
            exchange
        );

    /// <summary>It was answered.</summary>
    public void Went(ServedPeer peer, CoapMessage request, CoapMessage answer, ExchangeId exchange) =>
        Post(
            Direction.Out,
            request,
            answer,
            CoapDetails.OfResponse(
                answer with
                {
                    Token = request.Token,
                },
                request.Code,
                // How it is delivered is only known once it went out: the wire shows it.
                new ResponseFacts { IsStream = true, Peer = peer.Name }
            ),
            exchange
        );

    /// <summary>A resource was changed here, and not by a client.</summary>
    public void Changed(CoapMessage request, ExchangeId exchange) =>
        Post(
            Direction.Out,
            request,
            request,
            CoapDetails.OfRequest(request, isStream: true, hasId: false, peer: null),
            exchange
        );

    private void Post(
        Direction direction,
        CoapMessage request,
        CoapMessage message,
        MessageDetails details,
        ExchangeId exchange
    ) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = direction,
                Topic = CoapPath.Of(request.Options),
                Payload = message.Payload,
                Headers = CoapDetails.Headers(message.Options),
                Details = details,
                Exchange = exchange,
            }
        );
}
