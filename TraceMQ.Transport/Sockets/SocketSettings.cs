using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets;

/// <summary>What a bare socket can be told, by profile and by message.</summary>
internal static class SocketSettings
{
    public const string None = "none";
    public const string Line = "line";
    public const string Length = "length";
    public const string LineFeed = "lf";
    public const string CarriageReturnLineFeed = "crlf";
    public const string Nul = "nul";
    public const string Auto = "auto";

    public static Setting<string> Framing { get; } =
        Setting.Choice(
            "socket.framing",
            "Where a message ends in a stream: none, whatever came at once; line, at a line's end; length, as a number before it says.",
            None,
            None,
            Line,
            Length
        );

    public static Setting<string> LineEnding { get; } =
        Setting.Choice(
            "socket.line_ending",
            "What ends a line, coming and going.",
            LineFeed,
            LineFeed,
            CarriageReturnLineFeed,
            Nul
        );

    public static Setting<long> LengthBytes { get; } =
        Setting.Number("socket.length_bytes", "The bytes of the number before a message: 1, 2, 3 or 4.", 4, 1, 4);

    public static Setting<bool> LengthIncludesItself { get; } =
        Setting.Flag("socket.length_includes_itself", "The number counts its own bytes too.");

    public static Setting<bool> BigEndian { get; } =
        Setting.Flag("socket.big_endian", "The number's highest byte comes first.", byDefault: true);

    public static Setting<long> MaxFrame { get; } =
        Setting.Size(
            "socket.max_frame",
            "The longest message of a framing; a peer that sends a longer one is left.",
            1 << 20,
            1,
            1 << 30
        );

    public static Setting<bool> HalfOpen { get; } =
        Setting.Flag(
            "socket.half_open",
            "A peer that has finished sending (half-close) can still be sent to; false: the connection ends there."
        );

    public static IReadOnlyList<Setting> OfStreams { get; } =
    [Framing, LineEnding, LengthBytes, LengthIncludesItself, BigEndian, MaxFrame, HalfOpen];

    public static IReadOnlyList<Setting> OfProfile { get; } =
    [.. TlsSettings.All, .. OfStreams, ServerSettings.Reply, ServerSettings.ReplyPayload];

    public static Setting<string> Ending { get; } =
        Setting.Choice(
            "line_ending",
            "What is put behind the payload; auto: socket.line_ending where the framing is by lines, otherwise nothing.",
            Auto,
            Auto,
            None,
            LineFeed,
            CarriageReturnLineFeed,
            Nul
        );

    public static Setting<bool> HalfClose { get; } =
        Setting.Flag("half_close", "Says after it that nothing more will be sent; what the peer sends still comes.");

    public static IReadOnlyList<Setting> OfMessage { get; } = [PayloadEncoding.Setting, Ending, HalfClose];

    /// <summary>The bytes of a line's end.</summary>
    public static ReadOnlyMemory<byte> BytesOf(string ending) =>
        ending switch
        {
            CarriageReturnLineFeed => "\r\n"u8.ToArray(),
            Nul => new byte[] { 0 },
            LineFeed => "\n"u8.ToArray(),
            _ => default,
        };
}
