namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>The peer broke a rule. Becomes a close frame to the peer and a sentence to the user; never leaves this folder.</summary>
internal sealed class ProtocolViolation : Exception
{
    /// <param name="code">The close code to answer with.</param>
    /// <param name="rule">The rule, as half a sentence: <c>a ping must not be fragmented (RFC 6455, 5.5)</c>.</param>
    public ProtocolViolation(int code, string rule)
        : base(rule) => Code = code;

    /// <summary>The close code to answer with.</summary>
    public int Code { get; }
}
