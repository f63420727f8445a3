using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>The facts that CoAP's messages carry. Options that are none of these are headers.</summary>
internal static class CoapDetails
{
    private static readonly DetailField s_method = new(
        "method",
        "method",
        DetailKind.Text,
        "The method of a request, and of what a response answers (RFC 7252, 5.8)."
    )
    {
        IsLead = true,
    };

    private static readonly DetailField s_code = new(
        "code",
        "code",
        DetailKind.Text,
        "The code of a response (RFC 7252, 5.9)."
    )
    {
        IsLead = true,
    };

    private static readonly DetailField s_type = new(
        "type",
        "type",
        DetailKind.Text,
        "How it was delivered: CON, NON, ACK (RFC 7252, 4); none over streams."
    );

    private static readonly DetailField s_token = new(
        "token",
        "token",
        DetailKind.Text,
        "What ties a response to its request, as hex (RFC 7252, 5.3.1)."
    );

    private static readonly DetailField s_messageId = new(
        "message_id",
        "message id",
        DetailKind.Number,
        "The id of the message (RFC 7252, 4.4)."
    );

    private static readonly DetailField s_roundTrip = new(
        IRequests.RoundTripKey,
        "round trip ms",
        DetailKind.Number,
        "The milliseconds since its request."
    );

    private static readonly DetailField s_observe = new(
        "observe",
        "observe",
        DetailKind.Number,
        "The sequence number of a notification (RFC 7641, 3.4)."
    );

    private static readonly DetailField s_format = new(
        "content_format",
        "format",
        DetailKind.Text,
        "The format of the payload (RFC 7252, 5.10.3)."
    );

    private static readonly DetailField s_tries = new(
        "tries",
        "tries",
        DetailKind.Number,
        "How often the request was sent, where it was not once."
    );

    private static readonly DetailField s_blocks = new(
        "blocks",
        "blocks",
        DetailKind.Number,
        "In how many blocks the body came, where it was not one (RFC 7959)."
    );

    private static readonly DetailField s_peer = new(
        "peer",
        "peer",
        DetailKind.Text,
        "Which client of our server it is."
    );

    public static IReadOnlyList<DetailField> All { get; } =
    [s_method, s_code, s_type, s_token, s_messageId, s_roundTrip, s_observe, s_format, s_tries, s_blocks, s_peer];

    /// <summary>Of a request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isStream">True where type and id do not count.</param>
    /// <param name="hasId">False where the id is not known yet.</param>
    /// <param name="peer">The client of our server; null as a client.</param>
    public static MessageDetails OfRequest(CoapMessage message, bool isStream, bool hasId, string? peer)
    {
        var details = new List<Detail> { new(s_method, DetailValue.Of(message.Code.ToString())) };
        AddCommon(details, message, isStream, hasId);
        AddPeer(details, peer);
        return new MessageDetails([.. details]);
    }

    /// <summary>Of a response.</summary>
    public static MessageDetails OfResponse(CoapMessage message, CoapCode method, ResponseFacts facts) =>
        Of(method, message.Code, message, facts);

    /// <summary>Of a request, and how it was answered.</summary>
    public static MessageDetails OfAnswered(CoapMessage request, CoapCode answer, ResponseFacts facts) =>
        Of(request.Code, answer, request, facts with { HasId = false });

    private static MessageDetails Of(CoapCode method, CoapCode code, CoapMessage message, ResponseFacts facts)
    {
        var details = new List<Detail>
        {
            new(s_method, DetailValue.Of(method.ToString())),
            new(s_code, DetailValue.Of(code.ToString())),
        };
        AddCommon(details, message, facts.IsStream, facts.HasId);
        if (facts.RoundTrip is { } roundTrip)
            details.Add(new Detail(s_roundTrip, DetailValue.Of((long)Math.Round(roundTrip.TotalMilliseconds))));
        if (message.Options.Uint(OptionNumber.Observe) is { } sequence)
            details.Add(new Detail(s_observe, DetailValue.Of((long)sequence)));
        if (facts.Tries > 1)
            details.Add(new Detail(s_tries, DetailValue.Of((long)facts.Tries)));
        if (facts.Blocks > 1)
            details.Add(new Detail(s_blocks, DetailValue.Of((long)facts.Blocks)));
        AddPeer(details, facts.Peer);
        return new MessageDetails([.. details]);
    }

    /// <summary>The options that no detail and no topic shows.</summary>
    public static IReadOnlyList<Header> Headers(OptionSet options)
    {
        List<Header>? headers = null;
        foreach (var option in options)
        {
            if (!IsShown(option.Number))
                (headers ??= []).Add(
                    new Header(OptionTable.Find(option.Number)?.Name ?? option.Number.ToString(), option.ValueText)
                );
        }

        return headers ?? (IReadOnlyList<Header>)[];
    }

    /// <summary>The options to send a message again as it was.</summary>
    public static SettingValues OptionsOf(Message message)
    {
        var options = SettingValues.Empty;
        var isOurs = message.Direction == Direction.Out && message.Details.Find(s_peer.Key) is null;
        var isRequest = isOurs || message.Details.Find(s_code.Key) is null;
        if (isRequest && message.Details.Find(s_method.Key) is { } method)
            options = options.With(CoapSettings.Method, method.Text);
        if (message.Details.Find(s_format.Key) is { } format)
            options = options.With(CoapSettings.ContentFormat, format.Text);
        if (isRequest && message.Details.Find(s_type.Key) is { } type)
            options = options.With(CoapSettings.OfMessageConfirmable, type.Text == "CON" ? "true" : "false");
        return options;
    }

    private static bool IsShown(int number) =>
        number
            is OptionNumber.UriPath
                or OptionNumber.UriQuery
                or OptionNumber.Observe
                or OptionNumber.ContentFormat
                or OptionNumber.Block1
                or OptionNumber.Block2;

    private static void AddCommon(List<Detail> details, CoapMessage message, bool isStream, bool hasId)
    {
        if (!isStream)
            details.Add(new Detail(s_type, DetailValue.Of(message.Type.Short)));
        if (message.Token.Length > 0)
            details.Add(new Detail(s_token, DetailValue.Of(message.Token.ToString())));
        if (!isStream && hasId)
            details.Add(new Detail(s_messageId, DetailValue.Of((long)message.MessageId)));
        if (message.Options.Uint(OptionNumber.ContentFormat) is { } format)
            details.Add(new Detail(s_format, DetailValue.Of(ContentFormats.NameOf(format))));
    }

    private static void AddPeer(List<Detail> details, string? peer)
    {
        if (peer is not null)
            details.Add(new Detail(s_peer, DetailValue.Of(peer)));
    }
}

/// <summary>What is known of a response beside its bytes.</summary>
internal readonly record struct ResponseFacts
{
    public bool IsStream { get; init; }

    /// <summary>False where the id is not known yet.</summary>
    public bool HasId { get; init; }

    public TimeSpan? RoundTrip { get; init; }

    public int Tries { get; init; }

    public int Blocks { get; init; }

    /// <summary>The client of our server; null as a client.</summary>
    public string? Peer { get; init; }
}
