using System.Buffers.Binary;

namespace TraceMQ.Transport.Coap.Codec;

/// <summary>What a datagram turned out to be.</summary>
internal enum DatagramVerdict
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>None of this protocol: too short, or of another version. Nothing may be answered.</summary>
    Ignored,

    /// <summary>A message format error: a confirmable one is rejected with a reset.</summary>
    FormatError,
}

/// <summary>A datagram that was read.</summary>
/// <param name="Verdict">What it is.</param>
/// <param name="Message">The message; null where it is none.</param>
/// <param name="Type">Of the header, where there is one.</param>
/// <param name="MessageId">Of the header, where there is one.</param>
/// <param name="Problem">What is wrong in a few words.</param>
internal readonly record struct DatagramRead(
    DatagramVerdict Verdict,
    CoapMessage? Message,
    CoapType Type,
    ushort MessageId,
    string Problem
);

/// <summary>Messages in datagrams (RFC 7252, section 3). Pure: bytes to message and back.</summary>
internal static class DatagramCodec
{
    private const int HeaderSize = 4;
    private const int Version = 1;

    /// <summary>How many bytes the message takes.</summary>
    public static int SizeOf(CoapMessage message) =>
        HeaderSize + message.Token.Length + OptionCodec.SizeOf(message.Options, message.Payload.Length);

    public static byte[] Write(CoapMessage message)
    {
        var bytes = new byte[SizeOf(message)];
        bytes[0] = (byte)((Version << 6) | ((int)message.Type << 4) | message.Token.Length);
        bytes[1] = message.Code.Value;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), message.MessageId);
        message.Token.CopyTo(bytes.AsSpan(HeaderSize));
        OptionCodec.Write(bytes.AsSpan(HeaderSize + message.Token.Length), message.Options, message.Payload.Span);
        return bytes;
    }

    /// <summary>Reads a datagram; the message holds slices of it.</summary>
    public static DatagramRead Read(ReadOnlyMemory<byte> datagram)
    {
        var span = datagram.Span;
        if (span.Length < HeaderSize)
            return new DatagramRead(DatagramVerdict.Ignored, null, default, 0, "under 4 bytes");
        if (span[0] >> 6 != Version)
            return new DatagramRead(DatagramVerdict.Ignored, null, default, 0, $"version {span[0] >> 6}");
        var type = (CoapType)((span[0] >> 4) & 3);
        var length = span[0] & 15;
        var code = new CoapCode(span[1]);
        var id = BinaryPrimitives.ReadUInt16BigEndian(span[2..]);
        if (length > CoapToken.MaximumLength)
            return Wrong($"a token length of {length}");
        if (span.Length < HeaderSize + length)
            return Wrong("the token is cut off");
        if (code == CoapCode.Empty && span.Length > HeaderSize)
            return Wrong("an empty message with more than a header");
        if (code.IsReserved)
            return Wrong($"the reserved code {code.Dotted}");
        if (!OptionCodec.TryRead(datagram[(HeaderSize + length)..], out var options, out var payload, out var problem))
            return Wrong(problem);
        var message = new CoapMessage
        {
            Type = type,
            Code = code,
            MessageId = id,
            Token = new CoapToken(span.Slice(HeaderSize, length)),
            Options = options,
            Payload = payload,
        };
        return new DatagramRead(DatagramVerdict.Message, message, type, id, "");

        DatagramRead Wrong(string what) => new(DatagramVerdict.FormatError, null, type, id, what);
    }
}
