using System.Buffers.Binary;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What stands before a frame's payload (RFC 6455, section 5.2).</summary>
/// <param name="IsFinal">The last fragment of its message.</param>
/// <param name="Reserved">RSV1 to RSV3 as bits 4, 2 and 1.</param>
/// <param name="Opcode">What it is.</param>
/// <param name="IsMasked">Masked, as from a client.</param>
/// <param name="Mask">The mask in the order of the wire; 0 where there is none.</param>
/// <param name="Length">The payload's bytes, 0 to 2^63-1.</param>
internal readonly record struct FrameHeader(
    bool IsFinal,
    int Reserved,
    Opcode Opcode,
    bool IsMasked,
    uint Mask,
    long Length
)
{
    /// <summary>The reserved bit of permessage-deflate: the message is compressed.</summary>
    public const int Compressed = 4;

    /// <summary>Most bytes of a header.</summary>
    public const int MaxSize = 14;

    private const int Length16 = 126;
    private const int Length64 = 127;

    /// <summary>Bytes of the header.</summary>
    public int Size =>
        2
        + (
            Length < Length16 ? 0
            : Length <= ushort.MaxValue ? 2
            : 8
        )
        + (IsMasked ? 4 : 0);

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">Of at least two bytes, to decide by.</param>
    /// <param name="header">The header, where it is whole.</param>
    /// <param name="size">The bytes it takes; set also where not all are there yet.</param>
    /// <param name="violation">The rule that the header's length breaks; null where it breaks none.</param>
    /// <returns>True where the header is whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header, out int size, out string? violation)
    {
        header = default;
        size = 2;
        violation = null;
        if (bytes.Length < 2)
            return false;
        var isMasked = (bytes[1] & 0x80) != 0;
        long length = bytes[1] & 0x7F;
        var lengthBytes =
            length == Length16 ? 2
            : length == Length64 ? 8
            : 0;
        size = 2 + lengthBytes + (isMasked ? 4 : 0);
        if (bytes.Length < size)
            return false;
        if (lengthBytes == 2)
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (lengthBytes == 8)
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        if (length < 0)
            violation = "a length must be less than 2^63 (RFC 6455, 5.2)";
        else if (lengthBytes == 2 && length < Length16 || lengthBytes == 8 && length <= ushort.MaxValue)
            violation = "a length must be written in as few bytes as it fits in (RFC 6455, 5.2)";
        var mask = isMasked ? BitConverter.ToUInt32(bytes.Slice(2 + lengthBytes, 4)) : 0;
        header = new FrameHeader(
            (bytes[0] & 0x80) != 0,
            (bytes[0] >> 4) & 7,
            (Opcode)(bytes[0] & 0xF),
            isMasked,
            mask,
            Math.Max(length, 0)
        );
        return true;
    }

    /// <summary>Writes it.</summary>
    /// <param name="target">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> target)
    {
        target[0] = (byte)((IsFinal ? 0x80 : 0) | (Reserved << 4) | (int)Opcode);
        var at = 2;
        if (Length < Length16)
        {
            target[1] = (byte)Length;
        }
        else if (Length <= ushort.MaxValue)
        {
            target[1] = Length16;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)Length);
            at += 2;
        }
        else
        {
            target[1] = Length64;
            BinaryPrimitives.WriteInt64BigEndian(target[2..], Length);
            at += 8;
        }

        if (!IsMasked)
            return;
        target[1] |= 0x80;
        BitConverter.TryWriteBytes(target[at..], Mask);
    }
}
