namespace TraceMQ.Transport;

/// <summary>A peer that says which topics it has before anything comes on them, as a CoAP server does in its discovery (RFC 6690).</summary>
public interface IKnownTopics
{
    /// <summary>The topics that can be asked for or subscribed to, each once; untrusted.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The peer does not say, or does not answer.</exception>
    Task<IReadOnlyList<string>> ListTopicsAsync(CancellationToken cancellationToken);
}
