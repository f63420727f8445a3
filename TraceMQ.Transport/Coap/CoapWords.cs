using System.Text;
using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>Responses in words.</summary>
internal static class CoapWords
{
    private const int MaximumDiagnostic = 200;

    /// <summary>Code, what went with it, and what to do where it is an error that one can mend.</summary>
    public static string Of(CoapReply reply)
    {
        var message = reply.Message;
        var text = new StringBuilder(message.Code.ToString());
        if (CoapPath.LocationOf(message.Options) is { Length: > 0 } location)
            text.Append(" at ").Append(location);
        if (message.Code.IsSuccess && !message.Payload.IsEmpty)
            text.Append(", ").Append(Quantity.FormatSize(message.Payload.Length));
        if (message.Options.Find(OptionNumber.ETag) is { } tag && message.Code == CoapCode.Valid)
            text.Append(", ETag ").Append(tag.ValueText);
        if (!message.Code.IsSuccess && Diagnostic(message) is { Length: > 0 } said)
            text.Append(": ").Append(said);
        if (message.Code == CoapCode.BadOption)
            text.Append("; the peer does not know an option of the request that it has to know");
        if (reply.Blocks > 1)
            text.Append(", in ").Append(reply.Blocks).Append(" blocks");
        if (reply.Tries > 1)
            text.Append(", sent ").Append(reply.Tries).Append(" times");
        return text.ToString();
    }

    /// <summary>What an error says of itself (RFC 7252, section 5.5.2).</summary>
    public static string Diagnostic(CoapMessage message) =>
        message.Options.Has(OptionNumber.ContentFormat) || !System.Text.Unicode.Utf8.IsValid(message.Payload.Span)
            ? ""
            : Encoding.UTF8.GetString(message.Payload.Span[..Math.Min(message.Payload.Length, MaximumDiagnostic)]);
}
