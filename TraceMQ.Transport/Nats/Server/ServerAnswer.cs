using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>What requests of clients get back from the server itself.</summary>
internal sealed class ServerAnswer
{
    private readonly string _kind;
    private readonly byte[] _fixed;

    public ServerAnswer(Profile profile)
    {
        _kind = profile.Values.Get(ServerSettings.Reply);
        _fixed = Encoding.UTF8.GetBytes(profile.Values.Get(ServerSettings.ReplyPayload));
    }

    /// <summary>For the card.</summary>
    public string Text =>
        _kind switch
        {
            ServerSettings.ReplyEcho => "their own payload back",
            ServerSettings.ReplyFixed => "server.reply_payload back",
            _ => "no answer of ours",
        };

    /// <summary>The answer to a request; null: none.</summary>
    public ReadOnlyMemory<byte>? To(in ServedMessage request) =>
        _kind switch
        {
            ServerSettings.ReplyEcho => request.Payload,
            ServerSettings.ReplyFixed => _fixed,
            _ => (ReadOnlyMemory<byte>?)null,
        };
}
