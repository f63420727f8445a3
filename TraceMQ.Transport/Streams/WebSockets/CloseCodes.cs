namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Close codes (RFC 6455, section 7.4, and the IANA registry).</summary>
internal static class CloseCodes
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int ProtocolError = 1002;
    public const int Unsupported = 1003;
    public const int None = 1005;
    public const int Abnormal = 1006;
    public const int InvalidPayload = 1007;
    public const int TooBig = 1009;

    /// <summary>True where the code may stand in a close frame.</summary>
    public static bool IsAllowed(int code) =>
        code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    /// <summary>The code in words, with the number: <c>going away (1001)</c>.</summary>
    public static string InWords(int code) => $"{Words(code)} ({code})";

    private static string Words(int code) =>
        code switch
        {
            1000 => "normal closure",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unsupported data",
            1005 => "no code given",
            1006 => "ended without a close frame",
            1007 => "invalid payload",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "extension missing",
            1011 => "internal error",
            1012 => "service restart",
            1013 => "try again later",
            1014 => "bad gateway",
            1015 => "TLS handshake failed",
            3000 => "unauthorized",
            3003 => "forbidden",
            3008 => "time-out",
            >= 3000 and <= 3999 => "a registered code",
            >= 4000 and <= 4999 => "a code of the application",
            _ => "not a close code",
        };
}
