using System.Security.Cryptography;
using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Who may do something: those who sign with the key of <c>eventhubs.connection_string</c>.</summary>
internal sealed class HubGate
{
    private readonly string _keyName;
    private readonly Secret? _key;

    /// <param name="connection">With the key; without one anyone may.</param>
    public HubGate(HubConnectionString? connection)
    {
        _keyName = connection?.KeyName ?? "";
        _key = connection?.Key;
    }

    /// <summary>True where no key is needed.</summary>
    public bool IsOpen => _key is null;

    /// <summary>True for the name and the key themselves, compared in a time that tells nothing.</summary>
    public bool IsKey(string name, Secret key) =>
        _key is null
        || (
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(_keyName))
            & CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(key.Reveal()),
                Encoding.UTF8.GetBytes(_key.Reveal())
            )
        );

    /// <summary>Takes a token for an audience.</summary>
    /// <param name="claims">Where what it opens is put.</param>
    /// <param name="type">The type that the client names.</param>
    /// <param name="text">The token.</param>
    /// <param name="audience">What the client says that it wants to touch: <c>sb://host/hub</c>.</param>
    /// <param name="now">The time.</param>
    /// <returns>Why it is not taken, without the token; null where it is.</returns>
    public string? Take(HubClaims claims, string? type, string? text, string? audience, DateTimeOffset now)
    {
        if (_key is null)
            return null;
        if (type != HubVocabulary.SasTokenType)
            return $"This hub takes tokens of the type {HubVocabulary.SasTokenType} only.";
        if (SasToken.Parse(text ?? "") is not { } token)
            return "MalformedToken: the shared access signature cannot be read.";
        if (token.KeyName != _keyName)
            return $"InvalidSignature: there is no key of the name that the token names; the one here is {_keyName}.";
        if (!token.IsSignedWith(_key))
            return "InvalidSignature: the token has an invalid signature.";
        if (token.Expiry <= now)
            return $"ExpiredToken: the token expired at {token.Expiry.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.";
        if (
            HubClaims.PathOf(token.Resource) is not { } opened
            || HubClaims.PathOf(audience ?? "") is not { } wanted
            || !HubClaims.Covers(opened, wanted)
        )
            return "InvalidAudience: the token's resource does not cover the audience.";
        return claims.Grant(opened, token.Expiry)
            ? null
            : $"QuotaExceeded: a connection may hold {HubClaims.Maximum} tokens.";
    }
}
