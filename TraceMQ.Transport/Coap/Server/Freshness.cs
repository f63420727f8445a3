using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Values of Echo by which a client proves that it is where it says, and that its request is new (RFC 9175, section 2.3). Nothing of them is stored.</summary>
internal sealed class Freshness
{
    private const int TimeSize = 8;
    private const int MacSize = 8;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly TimeProvider _time;

    public Freshness(TimeProvider time) => _time = time;

    /// <summary>A value for a peer.</summary>
    /// <param name="peer">Its address.</param>
    public byte[] Challenge(string peer) => Sign(peer, _time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>True where the value is ours, for this peer, and no older than a minute.</summary>
    public bool IsProof(string peer, ReadOnlySpan<byte> value)
    {
        if (value.Length != TimeSize + MacSize)
            return false;
        var at = BinaryPrimitives.ReadInt64BigEndian(value);
        var age = _time.GetUtcNow().ToUnixTimeMilliseconds() - at;
        return age >= 0
            && age <= (long)s_lifetime.TotalMilliseconds
            && CryptographicOperations.FixedTimeEquals(value, Sign(peer, at));
    }

    private byte[] Sign(string peer, long at)
    {
        var value = new byte[TimeSize + MacSize];
        BinaryPrimitives.WriteInt64BigEndian(value, at);
        var signed = new byte[TimeSize + Encoding.UTF8.GetByteCount(peer)];
        value.AsSpan(0, TimeSize).CopyTo(signed);
        Encoding.UTF8.GetBytes(peer, signed.AsSpan(TimeSize));
        HMACSHA256.HashData(_key, signed).AsSpan(0, MacSize).CopyTo(value.AsSpan(TimeSize));
        return value;
    }
}
