using System.Buffers;
using System.Text;

namespace TraceMQ.Transport.Settings;

/// <summary>How the text of a payload stands for its bytes, for protocols whose payloads are often no text.</summary>
internal static class PayloadEncoding
{
    public const string AsText = "text";
    public const string AsHex = "hex";
    public const string AsCbor = "cbor";
    private const string AsBase64 = "base64";

    private static readonly SearchValues<char> s_between = SearchValues.Create(" \t\r\n:-,");

    /// <summary>The setting of a message.</summary>
    public static Setting<string> Setting { get; } =
        Settings.Setting.Choice(
            "encoding",
            "What the payload's text stands for: itself, bytes as hex (00 1f, 00:1f) or base64, or JSON that is sent as CBOR.",
            AsText,
            AsText,
            AsHex,
            AsBase64,
            AsCbor
        );

    /// <summary>The bytes that a message's payload means.</summary>
    /// <exception cref="TransportException">It is not what its encoding says.</exception>
    public static ReadOnlyMemory<byte> Decode(OutgoingMessage message) =>
        Decode(message.Payload, message.Options.Get(Setting));

    /// <summary>The bytes that a text means.</summary>
    /// <param name="payload">The text, UTF-8.</param>
    /// <param name="encoding">One of the setting's choices.</param>
    /// <exception cref="TransportException">It is not what its encoding says.</exception>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> payload, string encoding)
    {
        if (encoding == AsText)
            return payload;
        if (encoding == AsCbor)
            return JsonToCbor.Convert(payload);
        var text = new string([
            .. Encoding
                .UTF8.GetString(payload.Span)
                .Where(item => encoding == AsBase64 ? !char.IsWhiteSpace(item) : !s_between.Contains(item)),
        ]);
        try
        {
            return encoding == AsHex ? FromHex(text) : Convert.FromBase64String(text);
        }
        catch (FormatException exception)
        {
            throw new TransportException(
                FailureKind.Configuration,
                encoding == AsHex
                    ? "The payload is no hex: write pairs of the digits 0 to 9 and a to f, or take another encoding."
                    : "The payload is no base64: check that it was copied whole, or take another encoding.",
                exception
            );
        }
    }

    private static byte[] FromHex(string text) =>
        Convert.FromHexString(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text);
}
