using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets.Server;

/// <summary>Puts what passes between the server and its clients into the list, and knows what a message gets back.</summary>
internal sealed class ClientMessages
{
    private readonly SessionContext _context;
    private readonly string _reply;
    private readonly ReadOnlyMemory<byte> _fixed;

    public ClientMessages(Profile profile, SessionContext context)
    {
        _context = context;
        _reply = profile.Values.Get(ServerSettings.Reply);
        _fixed = Encoding.UTF8.GetBytes(profile.Values.Get(ServerSettings.ReplyPayload));
    }

    /// <summary>In a word, for the card.</summary>
    public string Reply =>
        _reply switch
        {
            ServerSettings.ReplyEcho => "each message gets itself back",
            ServerSettings.ReplyFixed => "each message gets server.reply_payload back",
            _ => "none",
        };

    /// <summary>A message passed.</summary>
    /// <param name="direction">Which way.</param>
    /// <param name="peer">The client; empty: all of them.</param>
    /// <param name="payload">Nobody else changes it.</param>
    /// <param name="details">Of this client.</param>
    public void Post(Direction direction, string peer, ReadOnlyMemory<byte> payload, MessageDetails details) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = direction,
                Topic = peer,
                Payload = payload,
                Details = details,
            }
        );

    /// <summary>The answer to a message; null: none.</summary>
    public ReadOnlyMemory<byte>? AnswerTo(ReadOnlyMemory<byte> payload) =>
        _reply switch
        {
            ServerSettings.ReplyEcho => payload,
            ServerSettings.ReplyFixed => _fixed,
            // The bare null would be an empty answer.
            _ => (ReadOnlyMemory<byte>?)null,
        };
}
