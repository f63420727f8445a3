namespace TraceMQ.Transport.Coap.Codec;

/// <summary>The numbers of the options that we act on ourselves.</summary>
internal static class OptionNumber
{
    public const int IfMatch = 1;
    public const int UriHost = 3;
    public const int ETag = 4;
    public const int IfNoneMatch = 5;
    public const int Observe = 6;
    public const int UriPort = 7;
    public const int LocationPath = 8;
    public const int UriPath = 11;
    public const int ContentFormat = 12;
    public const int MaxAge = 14;
    public const int UriQuery = 15;
    public const int HopLimit = 16;
    public const int Accept = 17;
    public const int LocationQuery = 20;
    public const int Block2 = 23;
    public const int Block1 = 27;
    public const int Size2 = 28;
    public const int ProxyUri = 35;
    public const int ProxyScheme = 39;
    public const int Size1 = 60;
    public const int Echo = 252;
    public const int NoResponse = 258;
    public const int RequestTag = 292;

    /// <summary>Of CSM (RFC 8323, 5.3.1).</summary>
    public const int MaxMessageSize = 2;

    /// <summary>Of CSM (RFC 8323, 5.3.2).</summary>
    public const int BlockWiseTransfer = 4;

    /// <summary>Of Ping and Pong (RFC 8323, 5.4.1).</summary>
    public const int Custody = 2;

    /// <summary>Of Abort (RFC 8323, 5.6).</summary>
    public const int BadCsmOption = 2;

    /// <summary>True where whoever does not know the option must reject the message (RFC 7252, 5.4.1).</summary>
    public static bool IsCritical(int number) => (number & 1) != 0;
}
