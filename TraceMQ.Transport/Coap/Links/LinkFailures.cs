using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>Failures of a link in sentences.</summary>
internal static class LinkFailures
{
    /// <summary>Nothing came back.</summary>
    /// <param name="what">Begins the sentence: <c>The ping</c>.</param>
    /// <param name="tries">How often it was sent.</param>
    /// <param name="parameters">How long was waited.</param>
    public static TransportException NoAnswer(string what, int tries, TransmissionParameters parameters) =>
        new(
            FailureKind.TimedOut,
            $"{what} was sent {(tries == 1 ? "once" : $"{tries} times")} over up to {Quantity.Format(TimeSpan.FromSeconds(Math.Ceiling(parameters.MaxTransmitWait.TotalSeconds)))}, and nothing came back: check the address, the firewalls on the way, and whether the peer wants DTLS."
        );

    /// <summary>The established link is over.</summary>
    public static TransportException Lost(TransportException why) =>
        why.Kind == FailureKind.Lost ? why : new TransportException(FailureKind.Lost, why.Message, why);
}
