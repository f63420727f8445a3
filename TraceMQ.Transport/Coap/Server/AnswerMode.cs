using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>How a resource answers, to test clients.</summary>
internal enum AnswerKind
{
    Normal,

    /// <summary>After a while, and then in the acknowledgement.</summary>
    Delayed,

    /// <summary>The request is acknowledged at once, and answered by itself after a while.</summary>
    Separate,

    /// <summary>Not at all: as if the request had been lost.</summary>
    Dropped,

    /// <summary>With a code of one's choice.</summary>
    Error,

    /// <summary>Only after the client has proved that it is there (RFC 9175).</summary>
    Echo,
}

/// <summary>How a resource answers.</summary>
/// <param name="Kind">How.</param>
/// <param name="Delay">Of a delayed or separate answer.</param>
/// <param name="Code">Of an error.</param>
/// <param name="Options">Added to each response.</param>
internal sealed record AnswerMode(AnswerKind Kind, TimeSpan Delay, CoapCode Code, IReadOnlyList<CoapOption> Options)
{
    public static readonly AnswerMode Normal = new(AnswerKind.Normal, TimeSpan.Zero, CoapCode.Content, []);

    public override string ToString() =>
        Kind switch
        {
            AnswerKind.Normal => Options.Count == 0 ? "" : "more options",
            AnswerKind.Delayed => $"after {Settings.Quantity.Format(Delay)}",
            AnswerKind.Separate => $"separately, after {Settings.Quantity.Format(Delay)}",
            AnswerKind.Dropped => "never",
            AnswerKind.Error => Code.ToString(),
            _ => "asks for an echo",
        };
}
