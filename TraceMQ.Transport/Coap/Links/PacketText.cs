using System.Text;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A packet on one line.</summary>
internal static class PacketText
{
    public static string Summary(CoapMessage message, bool isStream, string note, string? peer)
    {
        var text = new StringBuilder();
        if (peer is not null)
            Add(text, peer);
        if (message.Code.IsRequest)
            Add(text, CoapPath.Of(message.Options));
        if (!isStream)
            Add(text, $"id {message.MessageId}");
        if (message.Token.Length > 0)
            Add(text, $"token {message.Token}");
        foreach (var option in message.Options)
        {
            var word = option.Number switch
            {
                OptionNumber.Observe => "observe",
                OptionNumber.Block1 => "block1",
                OptionNumber.Block2 => "block2",
                OptionNumber.ContentFormat => "format",
                OptionNumber.Echo => "echo",
                _ => null,
            };
            if (word is not null && !message.Code.IsSignal)
                Add(text, $"{word} {option.ValueText}");
        }

        if (message.Code.IsSignal)
            Add(text, string.Join(' ', message.Options.Select(option => $"{option.Number}={SignalOption(option)}")));
        if (!message.Payload.IsEmpty)
            Add(text, $"{message.Payload.Length:N0} B");
        if (note.Length > 0)
            Add(text, $"· {note}");
        return text.ToString();
    }

    /// <summary>The value of a signal's option; its numbers mean something else in each signal (RFC 8323, section 5).</summary>
    public static string SignalOption(CoapOption option) =>
        option.Value.Length <= 4 ? option.Number32.ToString() : option.Text;

    private static void Add(StringBuilder text, string word)
    {
        if (word.Length == 0)
            return;
        if (text.Length > 0)
            text.Append(' ');
        text.Append(word);
    }
}
