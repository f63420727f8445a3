using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>The masking of what clients send (RFC 6455, section 5.3). Masking twice gives the bytes back.</summary>
internal sealed class FrameMask
{
    private const int KeysAtOnce = 256;

    private readonly byte[] _keys = new byte[KeysAtOnce * sizeof(uint)];
    private int _used = KeysAtOnce;

    /// <summary>A key that nobody can foresee (section 10.3). For one caller at a time.</summary>
    public uint Next()
    {
        if (_used == KeysAtOnce)
        {
            RandomNumberGenerator.Fill(_keys);
            _used = 0;
        }

        return MemoryMarshal.Cast<byte, uint>(_keys)[_used++];
    }

    /// <summary>Masks bytes in place.</summary>
    /// <param name="bytes">A piece of a payload.</param>
    /// <param name="mask">The key in the order of the wire.</param>
    /// <param name="offset">Where in the payload the piece begins.</param>
    public static void Apply(Span<byte> bytes, uint mask, long offset)
    {
        var shift = (int)(offset & 3) * 8;
        if (shift != 0)
            mask = BitConverter.IsLittleEndian
                ? BitOperations.RotateRight(mask, shift)
                : BitOperations.RotateLeft(mask, shift);
        if (Vector.IsHardwareAccelerated && bytes.Length >= Vector<byte>.Count)
        {
            var pattern = Vector.AsVectorByte(new Vector<uint>(mask));
            var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(bytes);
            for (var i = 0; i < vectors.Length; i++)
                vectors[i] ^= pattern;
            bytes = bytes[(vectors.Length * Vector<byte>.Count)..];
        }

        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        for (var i = 0; i < words.Length; i++)
            words[i] ^= mask;
        bytes = bytes[(words.Length * sizeof(uint))..];
        Span<byte> key = stackalloc byte[sizeof(uint)];
        BitConverter.TryWriteBytes(key, mask);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] ^= key[i];
    }
}
