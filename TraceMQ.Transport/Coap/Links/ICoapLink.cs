using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>Messages to one peer, over datagrams or over a stream.</summary>
internal interface ICoapLink
{
    /// <summary>True over streams: messages have neither type nor id, and nothing is lost.</summary>
    bool IsReliable { get; }

    /// <summary>Most bytes of a body that one message may carry to this peer.</summary>
    int MaximumPayload { get; }

    /// <summary>Sends, and waits until it is delivered as far as its type says. Type and id of a stream's message do not matter.</summary>
    /// <exception cref="TransportException">The link is over.</exception>
    Task<Delivery> SendAsync(CoapMessage message, SendOptions options, CancellationToken cancellationToken);

    /// <summary>Asks whether the peer is there.</summary>
    /// <returns>The round trip.</returns>
    /// <exception cref="TransportException">It does not answer, or the link is over.</exception>
    Task<TimeSpan> PingAsync(ExchangeId? exchange, CancellationToken cancellationToken);
}

/// <summary>Who gets what comes over a link.</summary>
internal interface ILinkHandler
{
    /// <summary>A request came; it is answered by its own methods, now or later.</summary>
    ValueTask OnRequestAsync(IncomingRequest request, CancellationToken cancellationToken);

    /// <summary>A response came.</summary>
    /// <returns>False where nobody waits for it: it is rejected.</returns>
    bool OnResponse(CoapMessage response);

    /// <summary>A message that we sent without confirmation was not wanted.</summary>
    void OnReset(ushort messageId);

    /// <summary>The exchange that a message with this token belongs to.</summary>
    ExchangeId? ExchangeOf(CoapToken token);
}
