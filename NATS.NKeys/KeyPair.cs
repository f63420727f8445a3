using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace NATS.NKeys;

/// <summary>
/// An Ed25519 key with which a NATS client proves who it is: the members of the package of this name that NATS.Client.Core uses, and no more.
/// A seed is 58 characters of base32 over two bytes of prefix, 32 of seed and a CRC-16 (NATS ADR-14).
/// </summary>
public sealed class KeyPair : IDisposable
{
    private const int SeedPrefix = 18 << 3;
    private const int PrefixLength = 2;

    private readonly byte _kind;
    private readonly byte[] _seed;
    private readonly byte[] _public = new byte[Ed25519.PublicKeySize];

    private KeyPair(byte kind, byte[] seed)
    {
        _kind = kind;
        _seed = seed;
        Ed25519.GeneratePublicKey(seed, 0, _public, 0);
    }

    /// <summary>Reads a seed.</summary>
    /// <exception cref="FormatException">It is none: a wrong character, length, prefix or checksum.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<char> encodedSeed)
    {
        var bytes = NKeyText.Decode(encodedSeed);
        if (bytes.Length != PrefixLength + Ed25519.SecretKeySize || (bytes[0] & 0xF8) != SeedPrefix)
            throw new FormatException("it is no NKey seed, which is 58 characters long and begins with S");
        var kind = (byte)(((bytes[0] & 0x07) << 5) | ((bytes[1] & 0xF8) >> 3));
        return new KeyPair(kind, bytes[PrefixLength..]);
    }

    /// <summary>Signs a message (RFC 8032, 5.1.6).</summary>
    /// <param name="message">Any length.</param>
    /// <param name="signature">Takes 64 bytes.</param>
    public void Sign(ReadOnlyMemory<byte> message, Memory<byte> signature)
    {
        var bytes = message.ToArray();
        var signed = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, 0, _public, 0, bytes, 0, bytes.Length, signed, 0);
        signed.CopyTo(signature);
    }

    /// <summary>Forgets the seed; the pair signs nothing any more.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_seed);

    /// <summary>The public key: 56 characters that begin with the letter of its kind, U for a user.</summary>
    public string GetPublicKey() => NKeyText.Encode([_kind, .. _public]);
}
