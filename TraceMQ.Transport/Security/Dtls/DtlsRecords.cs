using System.Buffers.Binary;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>Reads what is in the open of a datagram of DTLS (RFC 6347, 4.1): enough to tell peers apart and to say how far a handshake came.</summary>
internal static class DtlsRecords
{
    public const byte ChangeCipherSpec = 20;
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;
    private const int HeaderLength = 13;
    private const byte ClientHello = 1;

    /// <summary>True for a datagram that begins with a greeting of a client in the open.</summary>
    public static bool IsClientHello(ReadOnlySpan<byte> datagram) =>
        datagram.Length > HeaderLength
        && datagram[0] == Handshake
        && datagram[1] == 0xFE
        && BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]) == 0
        && datagram[HeaderLength] == ClientHello;

    /// <summary>The handshake's part of a greeting, which is the same when it is sent again.</summary>
    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> hello) => hello[HeaderLength..];

    /// <summary>The names of the records in a datagram; empty where it is no DTLS.</summary>
    public static IReadOnlyList<string> Describe(ReadOnlySpan<byte> datagram)
    {
        var names = new List<string>();
        while (datagram.Length >= HeaderLength && datagram[0] is >= ChangeCipherSpec and <= ApplicationData)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (datagram.Length < HeaderLength + length)
                break;
            names.Add(NameOf(datagram[..(HeaderLength + length)]));
            datagram = datagram[(HeaderLength + length)..];
        }

        return names;
    }

    private static string NameOf(ReadOnlySpan<byte> record)
    {
        var isOpen = BinaryPrimitives.ReadUInt16BigEndian(record[3..]) == 0;
        return record[0] switch
        {
            ChangeCipherSpec => "ChangeCipherSpec",
            Alert => isOpen ? "Alert" : "Alert (encrypted)",
            ApplicationData => "ApplicationData",
            _ when !isOpen => "Finished (encrypted)",
            _ when record.Length > HeaderLength => MessageName(record[HeaderLength]),
            _ => "Handshake",
        };
    }

    private static string MessageName(byte type) =>
        type switch
        {
            0 => "HelloRequest",
            ClientHello => "ClientHello",
            2 => "ServerHello",
            3 => "HelloVerifyRequest",
            4 => "NewSessionTicket",
            11 => "Certificate",
            12 => "ServerKeyExchange",
            13 => "CertificateRequest",
            14 => "ServerHelloDone",
            15 => "CertificateVerify",
            16 => "ClientKeyExchange",
            20 => "Finished",
            _ => "Handshake",
        };
}
