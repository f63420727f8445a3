namespace TraceMQ.Transport.Wire;

/// <summary>One packet on the wire.</summary>
/// <param name="Time">When it was sent or received.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Kind">The packet's type in the protocol's terms: <c>PUBLISH</c>.</param>
/// <param name="Summary">The most telling fields on one line; untrusted.</param>
/// <param name="Fields">The decoded fields; untrusted.</param>
/// <param name="Bytes">The packet's bytes, at most the first 4 KiB, with secrets overwritten by asterisks.</param>
/// <param name="Length">The packet's whole length in bytes.</param>
/// <param name="Exchange">What it belongs to, if known.</param>
public sealed record WireRecord(
    DateTimeOffset Time,
    Direction Direction,
    string Kind,
    string Summary,
    IReadOnlyList<Fact> Fields,
    ReadOnlyMemory<byte> Bytes,
    int Length,
    ExchangeId? Exchange = null
);
