namespace TraceMQ.Transport;

/// <summary>A session that can send a request and receive its responses.</summary>
public interface IRequests
{
    /// <summary>The detail of a response that tells the milliseconds since its request.</summary>
    const string RoundTripKey = "rtt_ms";

    /// <summary>
    /// Sends the request and yields the responses until there are enough, or the time is over. Request and responses are put into the inbox
    /// too, and carry the same <see cref="Message.Exchange"/>; a response tells the time since its request in the detail <see cref="RoundTripKey"/>.
    /// </summary>
    /// <exception cref="TransportException">
    /// No response came in time (<see cref="FailureKind.TimedOut"/>), nobody is there to respond (<see cref="FailureKind.RefusedByPeer"/>),
    /// the request cannot be sent as it is, or the connection failed.
    /// </exception>
    IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        CancellationToken cancellationToken
    );
}
