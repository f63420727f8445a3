using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>Makes the requests of a client, sends them, and lists them with their responses.</summary>
internal sealed class CoapRequests
{
    private readonly Profile _profile;
    private readonly Endpoint _endpoint;
    private readonly Exchanges _exchanges;
    private readonly IClientLink _link;
    private readonly LastStates _states;
    private readonly SessionContext _context;
    private readonly BlockTransfers _transfers;

    public CoapRequests(
        Profile profile,
        Endpoint endpoint,
        Exchanges exchanges,
        IClientLink link,
        LastStates states,
        SessionContext context
    )
    {
        _profile = profile;
        _endpoint = endpoint;
        _exchanges = exchanges;
        _link = link;
        _states = states;
        _context = context;
        _transfers = new BlockTransfers(exchanges, link.Link, Limits(profile), context.Time);
    }

    public BlockTransfers Transfers => _transfers;

    /// <summary>A GET, with its token.</summary>
    /// <param name="topic">The path and query.</param>
    /// <param name="more">Options beside them.</param>
    public CoapMessage Get(string topic, params IEnumerable<CoapOption> more) =>
        new()
        {
            Type = TypeOf(null),
            Code = CoapCode.Get,
            Token = _exchanges.NextToken(),
            Options = OptionSet.Of(Common(topic).Concat(more)),
        };

    /// <summary>Sends a request of the user. It is listed where no response is: nothing came back, or none was asked for.</summary>
    /// <returns>As it went out, and the whole response; null where none was asked for.</returns>
    /// <exception cref="TransportException">It was rejected, or nothing came back.</exception>
    public async Task<(CoapMessage Request, CoapReply? Reply)> AskAsync(
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
        CoapReply? reply = null;
        try
        {
            reply =
                outgoing.NoResponse == 0
                    ? await _transfers.AskAsync(request, exchange, cancellationToken).ConfigureAwait(false)
                    : await TellAsync(request, exchange, cancellationToken).ConfigureAwait(false);
            return (request, reply);
        }
        finally
        {
            if (reply is null)
                ListRequest(outgoing.Topic, request, null, exchange);
        }
    }

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

    private void ListRequest(string topic, CoapMessage request, CoapReply? reply, ExchangeId exchange) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = Direction.Out,
                Topic = topic,
                Payload = request.Payload,
                Headers = CoapDetails.Headers(request.Options),
                Details = reply is null
                    ? CoapDetails.OfRequest(request, _link.Link.IsReliable, hasId: false, peer: null)
                    : CoapDetails.OfAnswered(request, reply.Message.Code, FactsOf(reply)),
                Exchange = exchange,
            }
        );

    /// <summary>Lists an exchange: one row, which holds what was said, be it by us or by the peer; two only where both said something.</summary>
    /// <returns>The response.</returns>
    public Message List(string topic, CoapMessage request, CoapReply reply, ExchangeId exchange)
    {
        var message = new Message
        {
            Time = _context.Time.GetUtcNow(),
            Direction = Direction.In,
            Topic = topic,
            Payload = reply.Message.Payload,
            Headers = CoapDetails.Headers(reply.Message.Options),
            Details = CoapDetails.OfResponse(reply.Message, request.Code, FactsOf(reply)),
            Exchange = exchange,
        };
        if (reply.Message.Code == CoapCode.Content && request.Code == CoapCode.Get)
            _states.Note(topic, reply.Message.Payload.Span);
        if (!request.Payload.IsEmpty || (!request.Code.IsSafe && message.Payload.IsEmpty))
            ListRequest(topic, request, reply, exchange);
        if (!message.Payload.IsEmpty || (request.Code.IsSafe && request.Payload.IsEmpty))
            _context.Inbox.TryPost(message);
        return message;
    }

    private ResponseFacts FactsOf(CoapReply reply) =>
        new()
        {
            IsStream = _link.Link.IsReliable,
            HasId = true,
            RoundTrip = reply.RoundTrip,
            Tries = reply.Tries,
            Blocks = reply.Blocks,
        };

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
}
