namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What a frame is (RFC 6455, section 11.8).</summary>
internal enum Opcode
{
    /// <summary>A further fragment of a message.</summary>
    Continuation = 0x0,

    /// <summary>Text in UTF-8.</summary>
    Text = 0x1,

    /// <summary>Bytes.</summary>
    Binary = 0x2,

    /// <summary>The end, with a code and a reason.</summary>
    Close = 0x8,

    /// <summary>Asks for a pong.</summary>
    Ping = 0x9,

    /// <summary>Answers a ping, or is a sign of life.</summary>
    Pong = 0xA,
}
