using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>A pre-shared key and whose it is (RFC 4279).</summary>
internal sealed class DtlsKey
{
    private const string HexPrefix = "hex:";
    private readonly byte[] _key;

    private DtlsKey(string identity, byte[] key)
    {
        Identity = identity;
        _key = key;
    }

    /// <summary>The name that the key goes by.</summary>
    public string Identity { get; }

    /// <summary>Reads a key: a text, or <c>hex:00112233</c>.</summary>
    /// <returns>Null where it is empty, or says hex and is not.</returns>
    public static DtlsKey? Of(string identity, Secret key)
    {
        var text = key.Reveal();
        if (!text.StartsWith(HexPrefix, StringComparison.OrdinalIgnoreCase))
            return text.Length == 0 ? null : new DtlsKey(identity, Encoding.UTF8.GetBytes(text));
        try
        {
            var bytes = Convert.FromHexString(text.AsSpan(HexPrefix.Length));
            return bytes.Length == 0 ? null : new DtlsKey(identity, bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A copy of the key: the library overwrites what it is given.</summary>
    public byte[] Copy() => [.. _key];
}
