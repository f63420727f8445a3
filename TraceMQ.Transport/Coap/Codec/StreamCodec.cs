using System.Buffers.Binary;

namespace TraceMQ.Transport.Coap.Codec;

/// <summary>The head of a message in a stream.</summary>
/// <param name="HeadSize">Bytes up to the code, which is the last of them.</param>
/// <param name="TokenLength">Of the token that follows.</param>
/// <param name="BodyLength">Of options, marker and payload behind it.</param>
internal readonly record struct StreamHead(int HeadSize, int TokenLength, long BodyLength)
{
    /// <summary>Of the whole message.</summary>
    public long Length => HeadSize + TokenLength + BodyLength;
}

/// <summary>Messages in streams (RFC 8323, section 3.2), and in frames of a WebSocket, whose length is theirs (section 4.2).</summary>
internal static class StreamCodec
{
    private const int OneByte = 13;
    private const int TwoBytes = 14;
    private const int FourBytes = 15;
    private const int TwoByteBase = 269;
    private const int FourByteBase = 65_805;

    /// <summary>Most bytes that a head takes.</summary>
    public const int MaximumHead = 6;

    /// <param name="message">What.</param>
    /// <param name="isFramed">True in a WebSocket: the length is left to the frame.</param>
    public static byte[] Write(CoapMessage message, bool isFramed)
    {
        var body = OptionCodec.SizeOf(message.Options, message.Payload.Length);
        var extra =
            isFramed || body < OneByte ? 0
            : body < TwoByteBase ? 1
            : body < FourByteBase ? 2
            : 4;
        var bytes = new byte[2 + extra + message.Token.Length + body];
        var nibble = extra switch
        {
            0 => isFramed ? 0 : body,
            1 => OneByte,
            2 => TwoBytes,
            _ => FourBytes,
        };
        bytes[0] = (byte)((nibble << 4) | message.Token.Length);
        if (extra == 1)
            bytes[1] = (byte)(body - OneByte);
        else if (extra == 2)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), (ushort)(body - TwoByteBase));
        else if (extra == 4)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)(body - FourByteBase));
        bytes[1 + extra] = message.Code.Value;
        message.Token.CopyTo(bytes.AsSpan(2 + extra));
        OptionCodec.Write(bytes.AsSpan(2 + extra + message.Token.Length), message.Options, message.Payload.Span);
        return bytes;
    }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">From the head's first byte on.</param>
    /// <param name="head">The head.</param>
    /// <param name="problem">What is wrong; null where only bytes are missing yet.</param>
    public static bool TryReadHead(ReadOnlySpan<byte> bytes, out StreamHead head, out string? problem)
    {
        head = default;
        problem = null;
        if (bytes.IsEmpty)
            return false;
        var nibble = bytes[0] >> 4;
        var token = bytes[0] & 15;
        if (token > CoapToken.MaximumLength)
        {
            problem = $"a token length of {token}";
            return false;
        }

        var extra = nibble switch
        {
            OneByte => 1,
            TwoBytes => 2,
            FourBytes => 4,
            _ => 0,
        };
        if (bytes.Length < 2 + extra)
            return false;
        long body = nibble switch
        {
            OneByte => bytes[1] + OneByte,
            TwoBytes => BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) + TwoByteBase,
            FourBytes => BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) + (long)FourByteBase,
            _ => nibble,
        };
        head = new StreamHead(2 + extra, token, body);
        return true;
    }

    /// <summary>Reads a whole message whose head was read.</summary>
    /// <param name="bytes">The message; kept.</param>
    /// <param name="head">Its head.</param>
    /// <param name="problem">What is wrong.</param>
    public static CoapMessage? Read(ReadOnlyMemory<byte> bytes, StreamHead head, out string problem)
    {
        problem = "the token is cut off";
        if (bytes.Length < head.HeadSize + head.TokenLength)
            return null;
        var rest = bytes[(head.HeadSize + head.TokenLength)..];
        if (!OptionCodec.TryRead(rest, out var options, out var payload, out problem))
            return null;
        return new CoapMessage
        {
            Code = new CoapCode(bytes.Span[head.HeadSize - 1]),
            Token = new CoapToken(bytes.Span.Slice(head.HeadSize, head.TokenLength)),
            Options = options,
            Payload = payload,
        };
    }

    /// <summary>Reads the message of a WebSocket's frame, whose length field must be 0.</summary>
    public static CoapMessage? ReadFramed(ReadOnlyMemory<byte> frame, out string problem)
    {
        problem = "a frame that is too short";
        if (frame.Length < 2)
            return null;
        var span = frame.Span;
        problem = "a length field in a WebSocket frame";
        if (span[0] >> 4 != 0)
            return null;
        problem = "a token length over 8";
        if ((span[0] & 15) > CoapToken.MaximumLength)
            return null;
        var head = new StreamHead(2, span[0] & 15, frame.Length - 2 - (span[0] & 15));
        return Read(frame, head, out problem);
    }
}
