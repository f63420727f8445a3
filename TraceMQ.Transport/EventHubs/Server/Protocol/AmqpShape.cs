using System.Buffers.Binary;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>
/// Measures encoded values of AMQP 1.0 (part 1, section 1.2) without making anything of them. Whatever a client sends goes through here before
/// the library decodes it: the library believes announced counts and follows any depth.
/// </summary>
internal static class AmqpShape
{
    /// <summary>The deepest nesting that is followed.</summary>
    internal const int MaximumDepth = 24;

    /// <summary>Most elements of an array whose elements take no bytes: nothing else bounds their number.</summary>
    internal const int MaximumEmptyElements = 256;

    private const byte Described = 0x00;

    /// <summary>The length in bytes of the value that the bytes begin with.</summary>
    /// <exception cref="AmqpViolationException">It is none, or goes on behind the end.</exception>
    public static int Measure(ReadOnlySpan<byte> bytes) => Measure(bytes, 0);

    private static int Measure(ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > MaximumDepth)
            throw AmqpViolationException.Undecodable("sent a value that is nested too deeply");
        var code = First(bytes);
        if (code != Described)
            return 1 + MeasureContent(code, bytes[1..], depth);
        var descriptor = Measure(bytes[1..], depth + 1);
        return 1 + descriptor + Measure(bytes[(1 + descriptor)..], depth + 1);
    }

    private static int MeasureContent(byte code, ReadOnlySpan<byte> content, int depth)
    {
        var length = FixedWidth(code) ?? VariableWidth(code, content, depth);
        return length <= content.Length ? length : throw Truncated();
    }

    /// <summary>The width of what follows a code of fixed width; null where it is none of them.</summary>
    private static int? FixedWidth(byte code) =>
        code switch
        {
            >= 0x40 and <= 0x45 => 0,
            >= 0x50 and <= 0x56 => 1,
            0x60 or 0x61 => 2,
            >= 0x70 and <= 0x74 => 4,
            >= 0x80 and <= 0x84 => 8,
            0x94 or 0x98 => 16,
            _ => null,
        };

    private static int VariableWidth(byte code, ReadOnlySpan<byte> content, int depth) =>
        code switch
        {
            0xA0 or 0xA1 or 0xA3 => 1 + First(content),
            0xB0 or 0xB1 or 0xB3 => LongLength(content),
            0xC0 => Compound(content, 1, isMap: false, depth),
            0xC1 => Compound(content, 1, isMap: true, depth),
            0xD0 => Compound(content, 4, isMap: false, depth),
            0xD1 => Compound(content, 4, isMap: true, depth),
            0xE0 => Elements(content, 1, depth),
            0xF0 => Elements(content, 4, depth),
            _ => throw AmqpViolationException.Undecodable($"sent the code 0x{code:x2}, which is no type"),
        };

    private static int LongLength(ReadOnlySpan<byte> content)
    {
        var length = Number(content, 4);
        return length <= content.Length - 4 ? 4 + (int)length : throw Truncated();
    }

    private static int Compound(ReadOnlySpan<byte> content, int width, bool isMap, int depth)
    {
        var items = Items(content, width, out var count);
        if (count > items.Length)
            throw AmqpViolationException.Undecodable("announced more items than there are bytes for");
        if (isMap && count % 2 != 0)
            throw AmqpViolationException.Undecodable("sent a map with a key that has no value");
        var position = 0;
        for (var i = 0; i < count; i++)
            position += Measure(items[position..], depth + 1);
        return position == items.Length ? (2 * width) + items.Length : throw Leftover();
    }

    private static int Elements(ReadOnlySpan<byte> content, int width, int depth)
    {
        var items = Items(content, width, out var count);
        var position = 0;
        var code = First(items);
        while (code == Described)
        {
            position += 1;
            position += Measure(items[position..], depth + 1);
            code = First(items[position..]);
            depth++;
        }

        position++;
        if (FixedWidth(code) == 0 && count > MaximumEmptyElements)
            throw AmqpViolationException.Undecodable("sent an array of too many elements without bytes");
        if (FixedWidth(code) != 0 && count > items.Length)
            throw AmqpViolationException.Undecodable("announced more elements than there are bytes for");
        if (depth >= MaximumDepth)
            throw AmqpViolationException.Undecodable("sent a value that is nested too deeply");
        for (var i = 0; i < count; i++)
            position += MeasureContent(code, items[position..], depth + 1);
        return position == items.Length ? (2 * width) + items.Length : throw Leftover();
    }

    /// <summary>What stands behind size and count, as long as the size says.</summary>
    private static ReadOnlySpan<byte> Items(ReadOnlySpan<byte> content, int width, out long count)
    {
        var size = Number(content, width);
        if (size < width || size > content.Length - width)
            throw Truncated();
        count = Number(content[width..], width);
        return content.Slice(2 * width, (int)size - width);
    }

    private static long Number(ReadOnlySpan<byte> content, int width)
    {
        if (content.Length < width)
            throw Truncated();
        return width == 1 ? content[0] : BinaryPrimitives.ReadUInt32BigEndian(content);
    }

    private static byte First(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? throw Truncated() : bytes[0];

    private static AmqpViolationException Truncated() =>
        AmqpViolationException.Undecodable("sent a value that goes on behind its end");

    private static AmqpViolationException Leftover() =>
        AmqpViolationException.Undecodable("sent a value whose items do not fill it");
}
