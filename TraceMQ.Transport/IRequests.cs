namespace TraceMQ.Transport;

/// <summary>A session that can send a request and receive its responses.</summary>
public interface IRequests
{
    /// <summary>Sends the request and yields the responses until there are enough, or the time is over.</summary>
    /// <exception cref="TransportException">No response came in time, or the connection failed.</exception>
    IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        CancellationToken cancellationToken
    );
}
