using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>The facts that a WebSocket's messages carry.</summary>
internal static class WebSocketDetails
{
    private static readonly DetailField s_opcode = new(
        "opcode",
        "opcode",
        DetailKind.Text,
        "What it is: text, binary, ping, pong, close (RFC 6455, 11.8)."
    );
    private static readonly DetailField s_fragments = new(
        "fragments",
        "fragments",
        DetailKind.Number,
        "In how many frames it came, where it was not one (RFC 6455, 5.4)."
    );
    private static readonly DetailField s_compressed = new(
        "compressed",
        "compressed",
        DetailKind.Flag,
        "It came compressed (RFC 7692)."
    );
    private static readonly DetailField s_code = new(
        "close_code",
        "close code",
        DetailKind.Number,
        "The code of a close (RFC 6455, 7.4)."
    );
    private static readonly DetailField s_roundTrip = new(
        IRequests.RoundTripKey,
        "round trip",
        DetailKind.Number,
        "The milliseconds from our ping to this pong."
    );
    private static readonly DetailField s_peer = new(
        "peer",
        "peer",
        DetailKind.Text,
        "Which client of our server it is."
    );

    public static IReadOnlyList<DetailField> All { get; } =
    [s_opcode, s_fragments, s_compressed, s_code, s_roundTrip, s_peer];

    /// <summary>Of a message to or from a peer; the common ones are made once.</summary>
    /// <param name="peer">The client of our server; null as a client.</param>
    public static Common For(string? peer) => new(peer);

    /// <summary>Of a close that we send.</summary>
    public static MessageDetails OfClose(int code, string? peer) =>
        Of(Opcode.Close, peer, new Detail(s_code, DetailValue.Of((long)code)));

    /// <summary>Of the pong that answers a ping of the user's.</summary>
    public static MessageDetails OfPong(TimeSpan roundTrip, string? peer) =>
        Of(Opcode.Pong, peer, new Detail(s_roundTrip, DetailValue.Of((long)roundTrip.TotalMilliseconds)));

    /// <summary>The options to send a message again as it was.</summary>
    public static SettingValues OptionsOf(Message message)
    {
        var options = SettingValues.Empty;
        if (message.Details.Find(s_opcode.Key) is { } opcode)
            options = options.With(WebSocketSettings.Opcode, opcode.Text);
        if (message.Details.Find(s_code.Key) is { } code)
            options = options.With(WebSocketSettings.CloseCode, code.Number);
        return options;
    }

    private static MessageDetails Of(Opcode opcode, string? peer, params IEnumerable<Detail> more)
    {
        var details = new List<Detail> { new(s_opcode, DetailValue.Of(opcode.Name())) };
        details.AddRange(more);
        if (peer is not null)
            details.Add(new Detail(s_peer, DetailValue.Of(peer)));
        return new MessageDetails([.. details]);
    }

    /// <summary>The details of one peer's messages, shared by all that carry the same.</summary>
    internal sealed class Common(string? peer)
    {
        private readonly MessageDetails _text = WebSocketDetails.Of(Opcode.Text, peer);
        private readonly MessageDetails _binary = WebSocketDetails.Of(Opcode.Binary, peer);

        /// <summary>Of a message without fragments and compression, or of a control frame.</summary>
        public MessageDetails Of(Opcode opcode) =>
            opcode switch
            {
                Opcode.Text => _text,
                Opcode.Binary => _binary,
                _ => WebSocketDetails.Of(opcode, peer),
            };

        /// <summary>Of a message that came.</summary>
        public MessageDetails Of(in WebSocketMessage message)
        {
            if (message is { Fragments: 1, IsCompressed: false })
                return Of(message.Opcode);
            return WebSocketDetails.Of(message.Opcode, peer, More(message.Fragments, message.IsCompressed));
        }

        /// <summary>Of a message that we send in fragments.</summary>
        public MessageDetails Of(Opcode opcode, int fragments) =>
            fragments <= 1 ? Of(opcode) : WebSocketDetails.Of(opcode, peer, More(fragments, isCompressed: false));

        private static IEnumerable<Detail> More(int fragments, bool isCompressed)
        {
            if (fragments > 1)
                yield return new Detail(s_fragments, DetailValue.Of((long)fragments));
            if (isCompressed)
                yield return new Detail(s_compressed, DetailValue.Of(true));
        }
    }
}
