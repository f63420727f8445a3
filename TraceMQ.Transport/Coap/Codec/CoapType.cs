namespace TraceMQ.Transport.Coap.Codec;

/// <summary>How a datagram is delivered (RFC 7252, section 3).</summary>
internal enum CoapType
{
    /// <summary>CON: repeated until it is acknowledged.</summary>
    Confirmable = 0,

    /// <summary>NON: sent once.</summary>
    NonConfirmable = 1,

    /// <summary>ACK.</summary>
    Acknowledgement = 2,

    /// <summary>RST: not understood, or not wanted.</summary>
    Reset = 3,
}

/// <summary>The words of the specification.</summary>
internal static class CoapTypeText
{
    extension(CoapType type)
    {
        /// <summary>As in the specification: <c>CON</c>.</summary>
        public string Short =>
            type switch
            {
                CoapType.Confirmable => "CON",
                CoapType.NonConfirmable => "NON",
                CoapType.Acknowledgement => "ACK",
                _ => "RST",
            };
    }
}
