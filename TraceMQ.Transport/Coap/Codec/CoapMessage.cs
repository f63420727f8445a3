namespace TraceMQ.Transport.Coap.Codec;

/// <summary>One message (RFC 7252, section 3). Over a stream it has neither type nor id.</summary>
internal sealed record CoapMessage
{
    public CoapType Type { get; init; }

    public CoapCode Code { get; init; }

    public ushort MessageId { get; init; }

    public CoapToken Token { get; init; }

    public OptionSet Options { get; init; } = OptionSet.Empty;

    public ReadOnlyMemory<byte> Payload { get; init; }

    public static CoapMessage EmptyOf(CoapType type, ushort messageId) =>
        new()
        {
            Type = type,
            Code = CoapCode.Empty,
            MessageId = messageId,
        };
}
