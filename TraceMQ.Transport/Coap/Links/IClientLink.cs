namespace TraceMQ.Transport.Coap.Links;

/// <summary>The link of a client, with its reading.</summary>
internal interface IClientLink : IAsyncDisposable
{
    ICoapLink Link { get; }

    /// <summary>For the connection card.</summary>
    IEnumerable<Fact> Facts { get; }

    /// <summary>What is thrown away on purpose; null over streams.</summary>
    LossRates? Loss { get; }

    /// <summary>When the peer last sent something, as the clock's timestamp.</summary>
    long LastHeard { get; }

    /// <summary>Faults when the link is lost; ends when it is disposed.</summary>
    Task Completion { get; }
}
