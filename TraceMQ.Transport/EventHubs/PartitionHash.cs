using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace TraceMQ.Transport.EventHubs;

/// <summary>Which partition a partition key means: Jenkins' lookup3 over its UTF-8, folded to 16 bits, as Microsoft's service and clients do it.</summary>
internal static class PartitionHash
{
    private const int BlockSize = 12;

    /// <summary>The index of the key's partition.</summary>
    /// <param name="key">The partition key.</param>
    /// <param name="count">How many partitions there are.</param>
    public static int IndexOf(string key, int count) => Math.Abs(Of(Encoding.UTF8.GetBytes(key)) % count);

    private static short Of(ReadOnlySpan<byte> data)
    {
        var a = 0xDEADBEEF + (uint)data.Length;
        var b = a;
        var c = a;
        while (data.Length > BlockSize)
        {
            a += BinaryPrimitives.ReadUInt32LittleEndian(data);
            b += BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
            Mix(ref a, ref b, ref c);
            data = data[BlockSize..];
        }

        if (!data.IsEmpty)
        {
            Span<byte> last = stackalloc byte[BlockSize];
            last.Clear();
            data.CopyTo(last);
            a += BinaryPrimitives.ReadUInt32LittleEndian(last);
            b += BinaryPrimitives.ReadUInt32LittleEndian(last[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(last[8..]);
            Finish(ref a, ref b, ref c);
        }

        return unchecked((short)(c ^ b));
    }

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - c) ^ BitOperations.RotateLeft(c, 4);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 6);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 8);
        b += a;
        a = (a - c) ^ BitOperations.RotateLeft(c, 16);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 19);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 4);
        b += a;
    }

    private static void Finish(ref uint a, ref uint b, ref uint c)
    {
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        c = (c ^ b) - BitOperations.RotateLeft(b, 24);
    }
}
