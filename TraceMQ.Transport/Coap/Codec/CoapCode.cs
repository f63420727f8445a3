using System.Collections.Frozen;

namespace TraceMQ.Transport.Coap.Codec;

/// <summary>A method, a response code or a signal (RFC 7252, section 12.1; RFC 8132; RFC 8323, section 11.1).</summary>
/// <param name="Value">Three bits of class, five of detail.</param>
internal readonly record struct CoapCode(byte Value)
{
    public static readonly CoapCode Empty = new(0);
    public static readonly CoapCode Get = Of(0, 1);
    public static readonly CoapCode Post = Of(0, 2);
    public static readonly CoapCode Put = Of(0, 3);
    public static readonly CoapCode Delete = Of(0, 4);
    public static readonly CoapCode Fetch = Of(0, 5);
    public static readonly CoapCode Patch = Of(0, 6);
    public static readonly CoapCode IPatch = Of(0, 7);
    public static readonly CoapCode Created = Of(2, 1);
    public static readonly CoapCode Deleted = Of(2, 2);
    public static readonly CoapCode Valid = Of(2, 3);
    public static readonly CoapCode Changed = Of(2, 4);
    public static readonly CoapCode Content = Of(2, 5);
    public static readonly CoapCode Continue = Of(2, 31);
    public static readonly CoapCode BadRequest = Of(4, 0);
    public static readonly CoapCode Unauthorized = Of(4, 1);
    public static readonly CoapCode BadOption = Of(4, 2);
    public static readonly CoapCode NotFound = Of(4, 4);
    public static readonly CoapCode MethodNotAllowed = Of(4, 5);
    public static readonly CoapCode NotAcceptable = Of(4, 6);
    public static readonly CoapCode Incomplete = Of(4, 8);
    public static readonly CoapCode PreconditionFailed = Of(4, 12);
    public static readonly CoapCode TooLarge = Of(4, 13);
    public static readonly CoapCode UnsupportedFormat = Of(4, 15);
    public static readonly CoapCode InternalError = Of(5, 0);
    public static readonly CoapCode NotImplemented = Of(5, 1);
    public static readonly CoapCode Unavailable = Of(5, 3);
    public static readonly CoapCode ProxyingNotSupported = Of(5, 5);
    public static readonly CoapCode Csm = Of(7, 1);
    public static readonly CoapCode Ping = Of(7, 2);
    public static readonly CoapCode Pong = Of(7, 3);
    public static readonly CoapCode Release = Of(7, 4);
    public static readonly CoapCode Abort = Of(7, 5);

    private static readonly FrozenDictionary<byte, string> s_names = new Dictionary<byte, string>
    {
        [0x00] = "Empty",
        [0x01] = "GET",
        [0x02] = "POST",
        [0x03] = "PUT",
        [0x04] = "DELETE",
        [0x05] = "FETCH",
        [0x06] = "PATCH",
        [0x07] = "iPATCH",
        [0x41] = "Created",
        [0x42] = "Deleted",
        [0x43] = "Valid",
        [0x44] = "Changed",
        [0x45] = "Content",
        [0x5f] = "Continue",
        [0x80] = "Bad Request",
        [0x81] = "Unauthorized",
        [0x82] = "Bad Option",
        [0x83] = "Forbidden",
        [0x84] = "Not Found",
        [0x85] = "Method Not Allowed",
        [0x86] = "Not Acceptable",
        [0x88] = "Request Entity Incomplete",
        [0x89] = "Conflict",
        [0x8c] = "Precondition Failed",
        [0x8d] = "Request Entity Too Large",
        [0x8f] = "Unsupported Content-Format",
        [0x96] = "Unprocessable Entity",
        [0x9d] = "Too Many Requests",
        [0xa0] = "Internal Server Error",
        [0xa1] = "Not Implemented",
        [0xa2] = "Bad Gateway",
        [0xa3] = "Service Unavailable",
        [0xa4] = "Gateway Timeout",
        [0xa5] = "Proxying Not Supported",
        [0xa8] = "Hop Limit Reached",
        [0xe1] = "CSM",
        [0xe2] = "Ping",
        [0xe3] = "Pong",
        [0xe4] = "Release",
        [0xe5] = "Abort",
    }.ToFrozenDictionary();

    /// <summary>The methods by their names, for settings.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "iPATCH"];

    public int Class => Value >> 5;
    public int Detail => Value & 0x1f;
    public bool IsRequest => Class == 0 && Value != 0;
    public bool IsResponse => Class is 2 or 3 or 4 or 5;
    public bool IsSuccess => Class == 2;
    public bool IsSignal => Class == 7;

    /// <summary>True for what section 3 of RFC 7252 reserves: a message with it is no message.</summary>
    public bool IsReserved => Class is 1 or 6 or 7;

    /// <summary>True where the method changes nothing: GET and FETCH.</summary>
    public bool IsSafe => this == Get || this == Fetch;

    /// <summary>As it is written: <c>2.05</c>.</summary>
    public string Dotted => $"{Class}.{Detail:00}";

    /// <summary>Its registered name; empty where it has none.</summary>
    public string Name => s_names.GetValueOrDefault(Value, "");

    public static CoapCode Of(int @class, int detail) => new((byte)((@class << 5) | detail));

    /// <summary>The method of a name; null where there is none.</summary>
    public static CoapCode? Method(string name)
    {
        for (var i = 0; i < Methods.Count; i++)
        {
            if (Methods[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                return new CoapCode((byte)(i + 1));
        }

        return null;
    }

    /// <summary>Reads <c>4.04</c>; null where it is no response code.</summary>
    public static CoapCode? Response(string text) =>
        text.Length == 4
        && text[1] == '.'
        && text[0] is >= '2' and <= '5'
        && int.TryParse(text.AsSpan(2), out var detail)
        && detail is >= 0 and <= 31
            ? Of(text[0] - '0', detail)
            : null;

    public override string ToString() =>
        IsRequest ? (Name.Length > 0 ? Name : Dotted)
        : Name.Length > 0 ? $"{Dotted} {Name}"
        : Dotted;
}
