using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>A message to send as a request, checked: whatever is wrong with it is said before anything goes out.</summary>
internal sealed record CoapOutgoing
{
    /// <summary>Code, options and payload; token and id come later.</summary>
    public required CoapMessage Request { get; init; }

    /// <summary>The path with its query.</summary>
    public required string Topic { get; init; }

    /// <summary>Of the message itself; null: as the profile says.</summary>
    public bool? IsConfirmable { get; init; }

    /// <summary>Classes of responses that the peer is asked not to send (RFC 7967), a bit each; 0: none.</summary>
    public uint NoResponse => Request.Options.Uint(OptionNumber.NoResponse) ?? 0;

    /// <summary>Reads a message.</summary>
    /// <param name="message">Of the user.</param>
    /// <param name="basePath">The path of the url, which the empty topic means.</param>
    /// <exception cref="TransportException">It cannot be sent so.</exception>
    public static CoapOutgoing Of(OutgoingMessage message, string basePath)
    {
        var topic = message.Topic.Length > 0 ? message.Topic : basePath;
        if (CoapPath.ProblemOf(topic) is { } problem)
            throw new TransportException(FailureKind.Configuration, $"\"{topic}\" is no path: {problem}.");
        var values = message.Options;
        var options = new List<CoapOption>(CoapPath.ToOptions(topic));
        options.AddRange(message.Headers.Select(HeaderOptions.Of));
        var payload = PayloadEncoding.Decode(message);
        AddFormat(options, OptionNumber.ContentFormat, FormatOf(message));
        AddFormat(options, OptionNumber.Accept, values.Get(CoapSettings.Accept));
        var confirmable = values.Get(CoapSettings.OfMessageConfirmable);
        return new CoapOutgoing
        {
            Topic = topic,
            IsConfirmable = confirmable == "auto" ? null : confirmable == "true",
            Request = new CoapMessage
            {
                Code = CoapCode.Method(values.Get(CoapSettings.Method))!.Value,
                Options = OptionSet.Of(options),
                Payload = payload,
            },
        };
    }

    private static string FormatOf(OutgoingMessage message) =>
        message.Options.Get(CoapSettings.ContentFormat) is { Length: > 0 } given ? given
        : message.Options.Get(PayloadEncoding.Setting) == PayloadEncoding.AsCbor ? "cbor"
        : "";

    internal static void AddFormat(List<CoapOption> options, int number, string text)
    {
        if (text.Length == 0)
            return;
        // Written twice, the setting counts.
        options.RemoveAll(option => option.Number == number);
        options.Add(CoapOption.Of(number, (uint)ContentFormats.Parse(text)!.Value));
    }
}
