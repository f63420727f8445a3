using System.Buffers.Binary;
using System.Text;

namespace TraceMQ.Tests.Kafka;

/// <summary>Reads the primitive types of Kafka's protocol.</summary>
internal sealed class KafkaBytesReader(byte[] bytes)
{
    private int _at;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public string Text() => Int16() is var length and >= 0 ? Encoding.UTF8.GetString(Take(length)) : "";

    public byte[] Bytes() => Take(Int32()).ToArray();

    private ReadOnlySpan<byte> Take(int count)
    {
        _at += count;
        return bytes.AsSpan(_at - count, count);
    }
}

/// <summary>Writes the primitive types of Kafka's protocol.</summary>
internal sealed class KafkaBytesWriter
{
    private readonly List<byte> _bytes = [];

    public KafkaBytesWriter Byte(byte value) => Number(value, 1);

    public KafkaBytesWriter Int16(short value) => Number(value, 2);

    public KafkaBytesWriter Int32(int value) => Number(value, 4);

    public KafkaBytesWriter Int64(long value) => Number(value, 8);

    public KafkaBytesWriter Text(string? value)
    {
        if (value is null)
            return Int16(-1);
        Int16((short)Encoding.UTF8.GetByteCount(value));
        _bytes.AddRange(Encoding.UTF8.GetBytes(value));
        return this;
    }

    public KafkaBytesWriter Int32s(IReadOnlyCollection<int> values)
    {
        Int32(values.Count);
        foreach (var value in values)
            Int32(value);
        return this;
    }

    public KafkaBytesWriter Texts(IReadOnlyCollection<string> values)
    {
        Int32(values.Count);
        foreach (var value in values)
            Text(value);
        return this;
    }

    public KafkaBytesWriter Bytes(byte[] value)
    {
        Int32(value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private KafkaBytesWriter Number(long value, int size)
    {
        for (var shift = (size - 1) * 8; shift >= 0; shift -= 8)
            _bytes.Add((byte)(value >> shift));
        return this;
    }
}
