using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>What a WebSocket can be told, by profile and by message.</summary>
internal static class WebSocketSettings
{
    public const string Auto = "auto";
    public const string Text = "text";
    public const string Binary = "binary";
    public const string Ping = "ping";
    public const string Pong = "pong";
    public const string Close = "close";

    public static Setting<IReadOnlyList<string>> Subprotocols { get; } =
        Setting.TextList(
            "websocket.subprotocols",
            "The subprotocols to ask for, the best first; listening: those that are agreed to."
        );

    public static Setting<IReadOnlyList<Header>> Headers { get; } =
        Setting
            .Map("websocket.headers", "Headers of the handshake, such as Origin or Cookie; values may be references.")
            .OnlyFor(ProfileMode.Client);

    public static Setting<string> Proxy { get; } = ProxySetting.Named("websocket.proxy").OnlyFor(ProfileMode.Client);

    public static Setting<bool> FollowRedirects { get; } =
        Setting
            .Flag(
                "websocket.follow_redirects",
                "Goes where the server sends us, at most 5 times; another host gets no credentials, headers or preamble."
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<bool> Compression { get; } =
        Setting.Flag(
            "websocket.compression",
            "Offers permessage-deflate; listening: agrees to it where a client offers it.",
            byDefault: true
        );

    public static Setting<TimeSpan> PingInterval { get; } =
        Setting.Duration(
            "websocket.ping_interval",
            "How often the peer is pinged, which measures the round trip and finds out that it is gone; 0s: never.",
            TimeSpan.FromSeconds(30),
            TimeSpan.Zero,
            TimeSpan.FromDays(1)
        );

    public static Setting<bool> AutoPong { get; } =
        Setting.Flag(
            "websocket.auto_pong",
            "Answers pings; false: they stand in the list of messages, to be answered by hand or not at all.",
            byDefault: true
        );

    public static Setting<IReadOnlyList<string>> Preamble { get; } =
        Setting
            .TextList("websocket.preamble", "Text messages that are sent after every connect; never shown.")
            .OnlyFor(ProfileMode.Client);

    public static Setting<long> MaxMessage { get; } =
        Setting.Size(
            "websocket.max_message",
            "The largest message that is taken, also after it was inflated; a peer that sends more is left.",
            WebSocketLimits.Default.MaxMessage,
            1,
            1 << 30
        );

    public static Setting<IReadOnlyList<string>> Origins { get; } =
        Setting
            .TextList(
                "websocket.origins",
                "The origins of web pages that may connect, such as https://example.com; empty: any."
            )
            .OnlyFor(ProfileMode.Server);

    public static IReadOnlyList<Setting> OfProfile { get; } =
    [
        AuthSettings.Username,
        AuthSettings.Password,
        AuthSettings.Token,
        .. TlsSettings.All,
        Subprotocols,
        Headers,
        Proxy,
        FollowRedirects,
        Compression,
        PingInterval,
        AutoPong,
        Preamble,
        MaxMessage,
        Origins,
        ServerSettings.Reply,
        ServerSettings.ReplyPayload,
    ];

    public static Setting<string> Opcode { get; } =
        Setting.Choice(
            "opcode",
            "What to send; auto: text where the payload is UTF-8, otherwise binary.",
            Auto,
            Auto,
            Text,
            Binary,
            Ping,
            Pong,
            Close
        );

    public static Setting<long> FragmentSize { get; } =
        Setting.Size("fragment_size", "Sends the message in fragments of so many bytes; 0: whole.", 0, 0, 1 << 30);

    public static Setting<long> CloseCode { get; } =
        Setting.Number(
            "close_code",
            "The code of a close: 1000 to 1014, 3000 to 4999; 1005: none.",
            CloseCodes.Normal,
            1000,
            4999
        );

    public static Setting<string> CloseReason { get; } =
        Setting.Text("close_reason", "The reason of a close; empty: the payload.");

    public static IReadOnlyList<Setting> OfMessage { get; } =
    [Opcode, PayloadEncoding.Setting, FragmentSize, CloseCode, CloseReason];
}
