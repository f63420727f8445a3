using Microsoft.Extensions.Primitives;
using NATS.Client.Core;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>Messages to send, between our terms and the library's.</summary>
internal static class NatsOutgoing
{
    private const string MessageIdHeader = "Nats-Msg-Id";

    /// <summary>The headers for the library; null where there are none.</summary>
    /// <exception cref="TransportException">A name or a value cannot be sent.</exception>
    public static NatsHeaders? Headers(OutgoingMessage message)
    {
        var id = message.Options.Get(NatsSettings.MessageId);
        if (message.Headers.Count == 0 && id.Length == 0)
            return null;
        var headers = new NatsHeaders();
        foreach (var header in message.Headers)
        {
            if (WhyNot(header) is { } problem)
                throw new TransportException(FailureKind.Configuration, problem);
            headers[header.Name] = headers.TryGetValue(header.Name, out var before)
                ? StringValues.Concat(before, header.Value)
                : header.Value;
        }

        if (id.Length > 0)
            headers[MessageIdHeader] = id;
        return headers;
    }

    /// <summary>What a received message carried, as far as it can be sent again.</summary>
    public static SettingValues OptionsOf(Message message) =>
        message.Details.Find(NatsDetails.ReplyTo.Key) is { } reply && !NatsPrefix.IsSystem(reply.Text)
            ? SettingValues.Empty.With(NatsSettings.ReplyTo, reply.Text)
            : SettingValues.Empty;

    /// <summary>The message as it is listed.</summary>
    public static Message Listed(
        OutgoingMessage message,
        string subject,
        string? replyTo,
        ExchangeId? exchange,
        DateTimeOffset now
    ) =>
        new()
        {
            Time = now,
            Direction = Direction.Out,
            Topic = message.Topic,
            Payload = message.Payload,
            Headers = message.Headers,
            Exchange = exchange,
            IsPrefixed = subject != message.Topic,
            Details = NatsDetails.OfLive(
                message.Topic,
                subject == message.Topic ? message.Topic : subject,
                replyTo,
                status: null
            ),
        };

    private static string? WhyNot(Header header) =>
        header.Name.Length == 0
        || header.Name.AsSpan().IndexOfAny(':', '\r', '\n') >= 0
        || header.Name.Contains(' ', StringComparison.Ordinal)
            ? $"The header name \"{header.Name}\" cannot be sent: it has to be a word without spaces and colons."
        : header.Value.AsSpan().IndexOfAny('\r', '\n') >= 0
            ? $"The value of header {header.Name} cannot be sent: it has to be one line."
        : null;
}
