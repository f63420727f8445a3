namespace TraceMQ.Transport.Coap.Codec;

/// <summary>The value of Block1 and Block2 (RFC 7959, section 2.2).</summary>
/// <param name="Number">Which block, from 0; below 2^20.</param>
/// <param name="IsMore">More follow, or are asked for.</param>
/// <param name="SizeExponent">0 to 6: blocks of 16 to 1024 bytes. 7 is BERT over streams (RFC 8323, section 6).</param>
internal readonly record struct BlockValue(int Number, bool IsMore, int SizeExponent)
{
    public const int Bert = 7;

    public const int MaximumNumber = (1 << 20) - 1;

    /// <summary>Bytes of a block; of a BERT block the unit.</summary>
    public int Size => 1 << (Math.Min(SizeExponent, 6) + 4);

    /// <summary>Where the block begins in the body.</summary>
    public long Offset => (long)Number * Size;

    /// <summary>The exponent of the largest block that is not larger.</summary>
    public static int ExponentOf(int size) => Math.Clamp(int.Log2(Math.Max(16, size)) - 4, 0, 6);

    /// <summary>The value of an option; null where it is longer than three bytes.</summary>
    public static BlockValue? Read(ReadOnlySpan<byte> value)
    {
        if (value.Length > 3)
            return null;
        var number = 0;
        foreach (var item in value)
            number = (number << 8) | item;
        return new BlockValue(number >> 4, (number & 8) != 0, number & 7);
    }

    public CoapOption ToOption(int option) =>
        CoapOption.Of(option, ((uint)Number << 4) | (IsMore ? 8u : 0) | (uint)SizeExponent);

    public override string ToString() => $"{Number}/{(IsMore ? 1 : 0)}/{(SizeExponent == Bert ? "BERT" : Size)}";
}
