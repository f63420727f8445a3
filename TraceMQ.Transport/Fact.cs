namespace TraceMQ.Transport;

/// <summary>A labelled value about a peer, a node or a packet. The value may be untrusted.</summary>
/// <param name="Label">Short and in lower case: <c>server</c>, <c>keep alive</c>.</param>
/// <param name="Value">One line.</param>
public sealed record Fact(string Label, string Value)
{
    /// <summary>How much it matters.</summary>
    public FactTone Tone { get; init; }
}
