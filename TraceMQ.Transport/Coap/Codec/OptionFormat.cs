namespace TraceMQ.Transport.Coap.Codec;

/// <summary>What the bytes of an option mean (RFC 7252, section 3.2).</summary>
internal enum OptionFormat
{
    /// <summary>Nothing follows.</summary>
    Empty,

    /// <summary>Bytes.</summary>
    Opaque,

    /// <summary>A number without leading zeros.</summary>
    Uint,

    /// <summary>UTF-8.</summary>
    Text,
}
