using System.Text;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket.Server;

/// <summary>What a message of a client gets back.</summary>
internal sealed class ServerReply
{
    private readonly string _kind;
    private readonly ReadOnlyMemory<byte> _fixed;

    public ServerReply(Profile profile)
    {
        _kind = profile.Values.Get(ServerSettings.Reply);
        _fixed = Encoding.UTF8.GetBytes(profile.Values.Get(ServerSettings.ReplyPayload));
    }

    /// <summary>In a word, for the card.</summary>
    public string Text =>
        _kind switch
        {
            ServerSettings.ReplyEcho => "each message gets itself back",
            ServerSettings.ReplyFixed => "each message gets server.reply_payload back",
            _ => "none",
        };

    /// <summary>The answer to a message; null: none.</summary>
    public (Opcode Opcode, ReadOnlyMemory<byte> Payload)? To(in WebSocketMessage message) =>
        _kind switch
        {
            ServerSettings.ReplyEcho => (message.Opcode, message.Payload),
            ServerSettings.ReplyFixed => (Opcode.Text, _fixed),
            _ => null,
        };
}
