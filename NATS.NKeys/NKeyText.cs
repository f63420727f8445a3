using System.Buffers.Binary;

namespace NATS.NKeys;

/// <summary>NKeys as text: base32 without padding (RFC 4648, 6) over the bytes and their CRC-16/XMODEM, little-endian.</summary>
public static class NKeyText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int ChecksumLength = 2;

    // A seed is 58 characters; what is much longer is none, and is not decoded.
    private const int MaximumLength = 128;

    /// <summary>Bytes as text, with their checksum.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var checkedBytes = new byte[bytes.Length + ChecksumLength];
        bytes.CopyTo(checkedBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(checkedBytes.AsSpan(bytes.Length), Checksum(bytes));
        var text = new char[((checkedBytes.Length * 8) + 4) / 5];
        for (var i = 0; i < text.Length; i++)
            text[i] = Alphabet[FiveBits(checkedBytes, i * 5)];
        return new string(text);
    }

    /// <summary>The bytes of a text without their checksum.</summary>
    /// <exception cref="FormatException">A character outside of base32, or the checksum is wrong.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length > MaximumLength)
            throw new FormatException("it is too long for an NKey");
        var bytes = new byte[text.Length * 5 / 8];
        var bits = 0;
        var accumulated = 0;
        var at = 0;
        foreach (var character in text)
        {
            var value = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (value < 0)
                throw new FormatException("it holds a character that no NKey has");
            accumulated = ((accumulated << 5) | value) & 0xFFFF;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes[at++] = (byte)(accumulated >> bits);
        }

        var length = bytes.Length - ChecksumLength;
        if (
            length < 1
            || Checksum(bytes.AsSpan(0, length)) != BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(length))
        )
            throw new FormatException("its checksum is wrong: a character is missing or mistyped");
        return bytes[..length];
    }

    private static int FiveBits(byte[] bytes, int from)
    {
        var value = bytes[from / 8] << 8;
        if ((from / 8) + 1 < bytes.Length)
            value |= bytes[(from / 8) + 1];
        return (value >> (11 - (from % 8))) & 31;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = 0;
        foreach (var item in bytes)
        {
            checksum ^= item << 8;
            for (var i = 0; i < 8; i++)
                checksum = (checksum & 0x8000) != 0 ? ((checksum << 1) ^ 0x1021) & 0xFFFF : (checksum << 1) & 0xFFFF;
        }

        return (ushort)checksum;
    }
}
