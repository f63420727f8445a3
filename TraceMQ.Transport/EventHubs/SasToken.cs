using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs;

/// <summary>
/// A shared access signature: <c>SharedAccessSignature sr=RESOURCE&amp;sig=SIGNATURE&amp;se=EXPIRY&amp;skn=KEYNAME</c>. The signature is HMAC-SHA256
/// over the resource as it is written in the token, a line feed and the expiry in seconds since 1970, with the key's text as the key.
/// </summary>
internal sealed record SasToken
{
    /// <summary>What a token begins with.</summary>
    public const string Prefix = "SharedAccessSignature ";

    private const int LongestToken = 8 * 1024;

    private string _writtenResource = "";
    private string _writtenExpiry = "";
    private byte[] _signature = [];

    /// <summary>What it opens: <c>sb://host/hub</c>, and what lies below.</summary>
    public required string Resource { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Expiry { get; init; }

    /// <summary>The name of the key that it says it was signed with.</summary>
    public required string KeyName { get; init; }

    /// <summary>Signs a token.</summary>
    /// <param name="resource">What it opens: <c>sb://host/hub</c>.</param>
    /// <param name="keyName">The key's name.</param>
    /// <param name="key">The key.</param>
    /// <param name="expiry">When it ends; whole seconds count.</param>
    public static Secret Create(string resource, string keyName, Secret key, DateTimeOffset expiry)
    {
        var written = Uri.EscapeDataString(resource.ToLowerInvariant());
        var seconds = expiry.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(Sign(written, seconds, key));
        return new Secret(
            $"{Prefix}sr={written}&sig={Uri.EscapeDataString(signature)}&se={seconds}&skn={Uri.EscapeDataString(keyName)}"
        );
    }

    /// <summary>Reads a token; null where it is none. Whether it is genuine says <see cref="IsSignedWith"/>.</summary>
    public static SasToken? Parse(string text)
    {
        if (text.Length > LongestToken || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in text[Prefix.Length..].Split('&'))
        {
            var mark = field.IndexOf('=', StringComparison.Ordinal);
            if (mark <= 0 || !fields.TryAdd(field[..mark].Trim(), field[(mark + 1)..]))
                return null;
        }

        if (
            !fields.TryGetValue("sr", out var resource)
            || !fields.TryGetValue("sig", out var signature)
            || !fields.TryGetValue("se", out var expiry)
            || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        )
            return null;
        var bytes = new byte[64];
        return Convert.TryFromBase64String(Uri.UnescapeDataString(signature), bytes, out var length)
            ? new SasToken
            {
                Resource = Uri.UnescapeDataString(resource),
                Expiry = DateTimeOffset.FromUnixTimeSeconds(seconds),
                KeyName = Uri.UnescapeDataString(fields.GetValueOrDefault("skn", "")),
                _writtenResource = resource,
                _writtenExpiry = expiry,
                _signature = bytes[..length],
            }
            : null;
    }

    /// <summary>True where the signature is the key's; how long it takes tells nothing about the key.</summary>
    public bool IsSignedWith(Secret key) =>
        CryptographicOperations.FixedTimeEquals(Sign(_writtenResource, _writtenExpiry, key), _signature);

    private static byte[] Sign(string resource, string expiry, Secret key) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal()), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
}
