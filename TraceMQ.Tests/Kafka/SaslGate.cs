using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TraceMQ.Tests.Kafka;

/// <summary>Lets one user in, by SASL PLAIN (RFC 4616) or SCRAM (RFC 5802, RFC 7677).</summary>
internal sealed class SaslGate(string username, string password, params IReadOnlyList<string> mechanisms)
{
    public string Username => username;

    public string Password { get; set; } = password;

    public IReadOnlyList<string> Mechanisms => mechanisms;

    public SaslConversation Begin() => new(this);
}

/// <summary>What is said on one connection before anything else is.</summary>
internal sealed class SaslConversation(SaslGate gate)
{
    private const int Iterations = 4096;

    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private string _mechanism = "";
    private string _first = "";
    private string _challenge = "";

    public IReadOnlyCollection<string> Mechanisms => [.. gate.Mechanisms];

    public bool IsLetIn { get; private set; }

    public bool IsRefused { get; private set; }

    public bool Choose(string mechanism)
    {
        _mechanism = mechanism;
        return gate.Mechanisms.Contains(mechanism);
    }

    /// <summary>The next answer; null where the client is refused.</summary>
    public byte[]? Next(byte[] message)
    {
        var text = Encoding.UTF8.GetString(message);
        var answer =
            _mechanism == "PLAIN" ? Plain(text)
            : _challenge.Length == 0 ? Challenge(text)
            : Proof(text);
        IsRefused = answer is null;
        return answer is null ? null : Encoding.UTF8.GetBytes(answer);
    }

    private string? Plain(string text)
    {
        IsLetIn = text == $"\0{gate.Username}\0{gate.Password}";
        return IsLetIn ? "" : null;
    }

    private string? Challenge(string text)
    {
        _first = text[text.IndexOf("n=", StringComparison.Ordinal)..];
        var fields = Fields(_first);
        if (fields["n"] != gate.Username)
            return null;
        _challenge = string.Create(
            CultureInfo.InvariantCulture,
            $"r={fields["r"]}{Guid.NewGuid():N},s={Convert.ToBase64String(_salt)},i={Iterations}"
        );
        return _challenge;
    }

    private string? Proof(string text)
    {
        var hash = _mechanism == "SCRAM-SHA-512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        var size = hash == HashAlgorithmName.SHA512 ? 64 : 32;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(gate.Password), _salt, Iterations, hash, size);
        var withoutProof = text[..text.IndexOf(",p=", StringComparison.Ordinal)];
        var signed = Encoding.UTF8.GetBytes($"{_first},{_challenge},{withoutProof}");
        var clientKey = Sign(hash, salted, "Client Key"u8.ToArray());
        var signature = Sign(hash, CryptographicOperations.HashData(hash, clientKey), signed);
        var proof = clientKey.Zip(signature, (key, sign) => (byte)(key ^ sign)).ToArray();
        IsLetIn = Fields(text)["p"] == Convert.ToBase64String(proof);
        var server = Sign(hash, Sign(hash, salted, "Server Key"u8.ToArray()), signed);
        return IsLetIn ? $"v={Convert.ToBase64String(server)}" : null;
    }

    private static byte[] Sign(HashAlgorithmName hash, byte[] key, byte[] what) =>
        CryptographicOperations.HmacData(hash, key, what);

    private static Dictionary<string, string> Fields(string text) =>
        text.Split(',').ToDictionary(field => field[..1], field => field[2..], StringComparer.Ordinal);
}
