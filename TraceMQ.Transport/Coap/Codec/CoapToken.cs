namespace TraceMQ.Transport.Coap.Codec;

/// <summary>Up to eight bytes by which a response finds its request (RFC 7252, section 5.3.1).</summary>
internal readonly record struct CoapToken
{
    public const int MaximumLength = 8;

    private readonly ulong _bytes;

    /// <param name="bytes">Eight at most.</param>
    public CoapToken(ReadOnlySpan<byte> bytes)
    {
        Length = bytes.Length;
        foreach (var item in bytes)
            _bytes = (_bytes << 8) | item;
    }

    private CoapToken(ulong bytes, int length)
    {
        _bytes = bytes;
        Length = length;
    }

    public int Length { get; }

    /// <summary>A token of the lowest bytes of a number.</summary>
    public static CoapToken Of(ulong number, int length) =>
        new(length == MaximumLength ? number : number & ((1UL << (length * 8)) - 1), length);

    public void CopyTo(Span<byte> target)
    {
        for (var i = 0; i < Length; i++)
            target[i] = (byte)(_bytes >> ((Length - 1 - i) * 8));
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
