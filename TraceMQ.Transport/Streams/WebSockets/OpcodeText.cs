namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Opcodes as they are shown.</summary>
internal static class OpcodeText
{
    /// <summary>True for close, ping, pong, and what a later standard may add to them.</summary>
    public static bool IsControl(this Opcode opcode) => ((int)opcode & 0x8) != 0;

    /// <summary>The name in lower case: <c>text</c>.</summary>
    public static string Name(this Opcode opcode) =>
        opcode switch
        {
            Opcode.Continuation => "continuation",
            Opcode.Text => "text",
            Opcode.Binary => "binary",
            Opcode.Close => "close",
            Opcode.Ping => "ping",
            Opcode.Pong => "pong",
            _ => $"reserved opcode {(int)opcode:X1}",
        };
}
