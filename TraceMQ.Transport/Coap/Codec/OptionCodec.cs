namespace TraceMQ.Transport.Coap.Codec;

/// <summary>Options and payload as bytes (RFC 7252, section 3.1): the same in datagrams and in streams.</summary>
internal static class OptionCodec
{
    /// <summary>Most options of a message; no real one has a tenth of it.</summary>
    public const int MaximumOptions = 1000;

    private const byte Marker = 0xff;
    private const int OneByte = 13;
    private const int TwoBytes = 14;
    private const int Reserved = 15;
    private const int TwoByteBase = 269;

    /// <summary>How many bytes <see cref="Write"/> needs.</summary>
    public static int SizeOf(OptionSet options, int payload)
    {
        var size = payload == 0 ? 0 : payload + 1;
        var last = 0;
        for (var i = 0; i < options.Count; i++)
        {
            var option = options[i];
            size += 1 + Extra(option.Number - last) + Extra(option.Value.Length) + option.Value.Length;
            last = option.Number;
        }

        return size;
    }

    public static void Write(Span<byte> target, OptionSet options, ReadOnlySpan<byte> payload)
    {
        var at = 0;
        var last = 0;
        for (var i = 0; i < options.Count; i++)
        {
            var option = options[i];
            var head = at++;
            var delta = WriteNibble(target, ref at, option.Number - last);
            var length = WriteNibble(target, ref at, option.Value.Length);
            target[head] = (byte)((delta << 4) | length);
            option.Value.Span.CopyTo(target[at..]);
            at += option.Value.Length;
            last = option.Number;
        }

        if (payload.IsEmpty)
            return;
        target[at++] = Marker;
        payload.CopyTo(target[at..]);
    }

    /// <summary>Reads what follows the token.</summary>
    /// <param name="bytes">Kept: the values are slices of it.</param>
    /// <param name="options">The options.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes,
        out OptionSet options,
        out ReadOnlyMemory<byte> payload,
        out string problem
    )
    {
        options = OptionSet.Empty;
        payload = default;
        problem = "";
        var span = bytes.Span;
        var found = new List<CoapOption>();
        var at = 0;
        var number = 0;
        while (at < span.Length)
        {
            var head = span[at++];
            if (head == Marker)
            {
                if (at == span.Length)
                    return Fail("a payload marker without a payload", out problem);
                payload = bytes[at..];
                break;
            }

            if (!TryReadNibble(span, ref at, head >> 4, out var delta, out problem))
                return false;
            if (!TryReadNibble(span, ref at, head & 15, out var length, out problem))
                return false;
            number += delta;
            if (number > ushort.MaxValue)
                return Fail("an option number over 65535", out problem);
            if (length > span.Length - at)
                return Fail($"option {number} is cut off", out problem);
            if (found.Count == MaximumOptions)
                return Fail($"more than {MaximumOptions} options", out problem);
            found.Add(new CoapOption(number, bytes.Slice(at, length)));
            at += length;
        }

        options = OptionSet.OfSorted(found);
        return true;
    }

    private static bool Fail(string what, out string problem)
    {
        problem = what;
        return false;
    }

    private static int Extra(int value) =>
        value < OneByte ? 0
        : value < TwoByteBase ? 1
        : 2;

    private static int WriteNibble(Span<byte> target, ref int at, int value)
    {
        if (value < OneByte)
            return value;
        if (value < TwoByteBase)
        {
            target[at++] = (byte)(value - OneByte);
            return OneByte;
        }

        target[at++] = (byte)((value - TwoByteBase) >> 8);
        target[at++] = (byte)(value - TwoByteBase);
        return TwoBytes;
    }

    private static bool TryReadNibble(
        ReadOnlySpan<byte> span,
        ref int at,
        int nibble,
        out int value,
        out string problem
    )
    {
        value = nibble;
        problem = "";
        var extra = nibble switch
        {
            OneByte => 1,
            TwoBytes => 2,
            _ => 0,
        };
        if (nibble == Reserved)
            return Fail("an option with the reserved length or delta 15", out problem);
        if (span.Length - at < extra)
            return Fail("an option is cut off", out problem);
        if (nibble == OneByte)
            value = span[at] + OneByte;
        else if (nibble == TwoBytes)
            value = ((span[at] << 8) | span[at + 1]) + TwoByteBase;
        at += extra;
        return true;
    }
}
