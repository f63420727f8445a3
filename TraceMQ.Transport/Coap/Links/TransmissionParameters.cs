namespace TraceMQ.Transport.Coap.Links;

/// <summary>The times of the message layer (RFC 7252, section 4.8), and what follows from them (4.8.2).</summary>
internal sealed record TransmissionParameters
{
    public static readonly TransmissionParameters Default = new();

    /// <summary>Until the first repetition, before randomness.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How much longer than <see cref="AckTimeout"/> it may be.</summary>
    public double AckRandomFactor { get; init; } = 1.5;

    /// <summary>How often a confirmable message is repeated.</summary>
    public int MaxRetransmit { get; init; } = 4;

    /// <summary>Confirmable messages to one peer that may wait for their acknowledgement at a time.</summary>
    public int NStart { get; init; } = 1;

    /// <summary>How long a datagram may be on its way.</summary>
    public TimeSpan MaxLatency { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Over how long members of a group spread their answers (section 8.2).</summary>
    public TimeSpan Leisure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the first to the last transmission, at most.</summary>
    public TimeSpan MaxTransmitSpan => AckTimeout * ((1 << MaxRetransmit) - 1) * AckRandomFactor;

    /// <summary>From the first transmission until it is given up, at most.</summary>
    public TimeSpan MaxTransmitWait => AckTimeout * ((1 << (MaxRetransmit + 1)) - 1) * AckRandomFactor;

    /// <summary>How long an id means one message: it is not used again before, and a repetition is known for so long.</summary>
    public TimeSpan ExchangeLifetime => MaxTransmitSpan + (MaxLatency * 2) + AckTimeout;
}
