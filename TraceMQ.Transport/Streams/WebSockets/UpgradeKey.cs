using System.Security.Cryptography;
using System.Text;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>The proof that both sides mean a WebSocket (RFC 6455, section 4.2.2).</summary>
internal static class UpgradeKey
{
    private const int KeyBytes = 16;
    private const int KeyLength = 24;
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>A new key.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>True for 24 characters of base64 that are 16 bytes.</summary>
    public static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyLength];
        return key.Length == KeyLength
            && !key.AsSpan().ContainsAny(" \t")
            && Convert.TryFromBase64String(key, bytes, out var length)
            && length == KeyBytes;
    }

    /// <summary>What the server answers a key with.</summary>
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1; it guards nothing here
    public static string Answer(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
}
