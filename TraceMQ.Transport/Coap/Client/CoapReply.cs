using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>A whole response.</summary>
/// <param name="Message">Its last message, with the payload of all its blocks.</param>
/// <param name="RoundTrip">From the first packet of the request to the last of the response.</param>
/// <param name="Tries">How often the last request was sent.</param>
internal sealed record CoapReply(CoapMessage Message, TimeSpan RoundTrip, int Tries)
{
    /// <summary>In how many messages the body came.</summary>
    public int Blocks { get; init; } = 1;
}
