namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>The rules that a received header must keep. The only place that knows them.</summary>
internal sealed class FrameRules
{
    private const int MaxControlPayload = 125;

    private readonly bool _isClient;
    private readonly bool _isCompressionAgreed;
    private readonly int _maxMessage;

    /// <param name="isClient">We are the client: the server must not mask.</param>
    /// <param name="isCompressionAgreed">permessage-deflate was negotiated.</param>
    /// <param name="maxMessage">Most bytes of a message.</param>
    public FrameRules(bool isClient, bool isCompressionAgreed, int maxMessage)
    {
        _isClient = isClient;
        _isCompressionAgreed = isCompressionAgreed;
        _maxMessage = maxMessage;
    }

    /// <summary>Checks a header before its payload is read.</summary>
    /// <param name="header">What came.</param>
    /// <param name="isInMessage">A message has begun and is not finished.</param>
    /// <param name="collected">Bytes of it so far.</param>
    /// <exception cref="ProtocolViolation">It breaks a rule.</exception>
    public void Check(in FrameHeader header, bool isInMessage, long collected)
    {
        var rule =
            ReservedRule(header) ?? (header.Opcode.IsControl() ? ControlRule(header) : DataRule(header, isInMessage));
        rule ??= MaskRule(header);
        if (rule is not null)
            throw new ProtocolViolation(CloseCodes.ProtocolError, rule);
        if (!header.Opcode.IsControl() && header.Length > _maxMessage - collected)
            throw TooBig(_maxMessage);
    }

    /// <summary>A message is larger than the limit.</summary>
    public static ProtocolViolation TooBig(int maxMessage) =>
        new(CloseCodes.TooBig, $"a message may have {maxMessage} bytes at most, the limit set here");

    private static string? ControlRule(in FrameHeader header)
    {
        if (header.Opcode is not (Opcode.Close or Opcode.Ping or Opcode.Pong))
            return $"opcode {(int)header.Opcode:X1} is reserved (RFC 6455, 5.2)";
        if (!header.IsFinal)
            return $"a {header.Opcode.Name()} must not be fragmented (RFC 6455, 5.5)";
        return header.Length > MaxControlPayload
            ? $"a {header.Opcode.Name()} carries {MaxControlPayload} bytes at most (RFC 6455, 5.5)"
            : null;
    }

    private static string? DataRule(in FrameHeader header, bool isInMessage) =>
        header.Opcode switch
        {
            Opcode.Continuation => isInMessage ? null : "a continuation needs a message to continue (RFC 6455, 5.4)",
            Opcode.Text or Opcode.Binary => isInMessage
                ? "a new message must not begin before the last fragment of the one before (RFC 6455, 5.4)"
                : null,
            _ => $"opcode {(int)header.Opcode:X1} is reserved (RFC 6455, 5.2)",
        };

    private string? MaskRule(in FrameHeader header)
    {
        if (header.IsMasked != _isClient)
            return null;
        return _isClient
            ? "a server must not mask its frames (RFC 6455, 5.1)"
            : "a client must mask its frames (RFC 6455, 5.1)";
    }

    private string? ReservedRule(in FrameHeader header)
    {
        if (header.Reserved == 0)
            return null;
        if (header.Reserved != FrameHeader.Compressed || !_isCompressionAgreed)
            return "a reserved bit is set that no extension gives a meaning (RFC 6455, 5.2)";
        return header.Opcode is Opcode.Text or Opcode.Binary
            ? null
            : "only the first frame of a message says that it is compressed (RFC 7692, 6)";
    }
}
