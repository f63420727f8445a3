using System.Text;
using System.Text.Unicode;

namespace TraceMQ.Transport.Settings;

/// <summary>Bytes as people write them in a setting: text, or <c>hex:0011…</c>; <c>hex:</c> alone is no byte at all.</summary>
internal static class BytesText
{
    private const string HexPrefix = "hex:";

    /// <summary>The bytes; null where the text begins with <c>hex:</c> and goes on otherwise.</summary>
    public static byte[]? Parse(string text)
    {
        if (!text.StartsWith(HexPrefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(text);
        var digits = text.AsSpan(HexPrefix.Length);
        var bytes = new byte[digits.Length / 2];
        return
            digits.Length % 2 == 0
            && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes
            : null;
    }

    /// <summary>A text on one line that parses to the bytes.</summary>
    public static string Format(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) && !bytes.ContainsAnyInRange((byte)0, (byte)31) && !bytes.StartsWith("hex:"u8)
            ? Encoding.UTF8.GetString(bytes)
            : HexPrefix + Convert.ToHexStringLower(bytes);
}
