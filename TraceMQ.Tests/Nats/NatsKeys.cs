using System.Security.Cryptography;
using System.Text;
using NATS.NKeys;

namespace TraceMQ.Tests.Nats;

/// <summary>A key of the kinds that operators, accounts and users have, made for a test.</summary>
internal sealed class NatsKeys
{
    private const int SeedPrefix = 18 << 3;
    private readonly KeyPair _pair;

    private NatsKeys(byte kind)
    {
        Seed = NKeyText.Encode([
            (byte)(SeedPrefix | (kind >> 5)),
            (byte)((kind & 31) << 3),
            .. RandomNumberGenerator.GetBytes(32),
        ]);
        _pair = KeyPair.FromSeed(Seed);
    }

    public static NatsKeys Operator => new(14 << 3);

    public static NatsKeys Account => new(0);

    public static NatsKeys User => new(20 << 3);

    public string Seed { get; }

    public string Public => _pair.GetPublicKey();

    /// <summary>A JWT about another key, signed by this one (RFC 7519, with the algorithm ed25519-nkey).</summary>
    public string Sign(string subject, string name, string nats, DateTimeOffset? expires = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var ends = expires is { } time ? $"\"exp\":{time.ToUnixTimeSeconds()}," : "";
        var head = Encode("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}");
        var body = Encode(
            $"{{{ends}\"jti\":\"{Guid.NewGuid():N}\",\"iat\":{now},\"iss\":\"{Public}\",\"name\":\"{name}\",\"sub\":\"{subject}\",\"nats\":{nats}}}"
        );
        var signature = new byte[64];
        _pair.Sign(Encoding.ASCII.GetBytes($"{head}.{body}"), signature);
        return $"{head}.{body}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
