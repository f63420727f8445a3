using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace TraceMQ.Transport.Mqtt;

/// <summary>The facts of MQTT messages, and how a message of the library becomes ours.</summary>
internal static class MqttDetails
{
    private const uint SharedIds = 32;

    private static readonly DetailField s_qos = new(
        "qos",
        "QoS",
        DetailKind.Number,
        "Quality of service: 0 at most once, 1 at least once, 2 exactly once (MQTT 5.0, 4.3)."
    );
    private static readonly DetailField s_retain = new(
        "retain",
        "retain",
        DetailKind.Flag,
        "The broker kept it, or is to keep it, as the topic's last message (MQTT 5.0, 3.3.1.3)."
    );
    private static readonly DetailField s_duplicate = new(
        "duplicate",
        "duplicate",
        DetailKind.Flag,
        "It may have been delivered before (MQTT 5.0, 3.3.1.1)."
    );
    private static readonly DetailField s_contentType = new(
        "content_type",
        "content type",
        DetailKind.Text,
        "What the payload is (MQTT 5.0, 3.3.2.3.9)."
    );
    private static readonly DetailField s_responseTopic = new(
        "response_topic",
        "response topic",
        DetailKind.Text,
        "Where an answer is expected (MQTT 5.0, 3.3.2.3.5)."
    );
    private static readonly DetailField s_correlationData = new(
        "correlation_data",
        "correlation data",
        DetailKind.Bytes,
        "What an answer repeats to be recognised (MQTT 5.0, 3.3.2.3.6)."
    );
    private static readonly DetailField s_messageExpiry = new(
        "message_expiry",
        "message expiry",
        DetailKind.Number,
        "Seconds that it is still kept for those who are away (MQTT 5.0, 3.3.2.3.3)."
    );
    private static readonly DetailField s_payloadFormat = new(
        "payload_format",
        "payload format",
        DetailKind.Text,
        "utf-8 where the sender says that the payload is text (MQTT 5.0, 3.3.2.3.2)."
    );
    private static readonly DetailField s_subscriptionIds = new(
        "subscription_ids",
        "subscription",
        DetailKind.NumberList,
        "Which subscriptions it matched (MQTT 5.0, 3.3.2.3.8)."
    );
    private static readonly DetailField s_roundTrip = new(
        IRequests.RoundTripKey,
        "round trip",
        DetailKind.Number,
        "Milliseconds from our request to this response."
    );
    private static readonly DetailField s_peer = new(
        "peer",
        "peer",
        DetailKind.Text,
        "Server mode: the id and address of the client that sent it."
    );

    /// <summary>The plain cases, shared by all messages that carry nothing else.</summary>
    private static readonly MessageDetails[] s_plain = PlainOf(peer: null);

    /// <summary>The same with one subscription identifier, made when first needed.</summary>
    private static readonly MessageDetails?[,] s_identified = new MessageDetails?[12, SharedIds];

    public static IReadOnlyList<DetailField> All { get; } =
    [
        s_qos,
        s_retain,
        s_duplicate,
        s_contentType,
        s_responseTopic,
        s_correlationData,
        s_messageExpiry,
        s_payloadFormat,
        s_subscriptionIds,
        s_roundTrip,
        s_peer,
    ];

    /// <summary>Our form of the library's message, which must not be used any more by anybody else.</summary>
    public static Message ToMessage(
        MqttApplicationMessage message,
        DateTimeOffset time,
        Direction direction,
        bool isReplayed,
        PeerDetails? peer = null,
        ExchangeId? exchange = null,
        TimeSpan? roundTrip = null
    ) =>
        new()
        {
            Exchange = exchange,
            Time = time,
            Direction = direction,
            Topic = message.Topic ?? "",
            Payload = message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray(),
            Headers = HeadersOf(message.UserProperties),
            Details = roundTrip is { } elapsed
                ? new MessageDetails([
                    .. DetailsOf(message, peer),
                    new Detail(s_roundTrip, DetailValue.Of((long)elapsed.TotalMilliseconds)),
                ])
                : DetailsOf(message, peer),
            IsReplayed = isReplayed,
        };

    private static MessageDetails DetailsOf(MqttApplicationMessage message, PeerDetails? peer)
    {
        var index = Index(message.QualityOfServiceLevel, message.Retain, message.Dup);
        var plain = (peer?.Plain ?? s_plain)[index];
        if (IsPlain(message) && message.SubscriptionIdentifiers is null or { Count: 0 })
            return plain;
        if (IsPlain(message) && message.SubscriptionIdentifiers is [< SharedIds and var only] && peer is null)
            return s_identified[index, only] ??= new MessageDetails([.. plain, IdsOf([only])]);
        var details = new List<Detail>(plain);
        if (!string.IsNullOrEmpty(message.ContentType))
            details.Add(new Detail(s_contentType, DetailValue.Of(message.ContentType)));
        if (!string.IsNullOrEmpty(message.ResponseTopic))
            details.Add(new Detail(s_responseTopic, DetailValue.Of(message.ResponseTopic)));
        if (message.CorrelationData is { Length: > 0 } correlation)
            details.Add(new Detail(s_correlationData, DetailValue.Of(correlation)));
        if (message.MessageExpiryInterval > 0)
            details.Add(new Detail(s_messageExpiry, DetailValue.Of(message.MessageExpiryInterval)));
        if (message.PayloadFormatIndicator == MqttPayloadFormatIndicator.CharacterData)
            details.Add(new Detail(s_payloadFormat, DetailValue.Of("utf-8")));
        if (message.SubscriptionIdentifiers is { Count: > 0 } ids)
            details.Add(IdsOf(ids));
        return new MessageDetails([.. details]);
    }

    private static bool IsPlain(MqttApplicationMessage message) =>
        message.ContentType is null
        && message.ResponseTopic is null
        && message.CorrelationData is null
        && message.MessageExpiryInterval == 0
        && message.PayloadFormatIndicator == MqttPayloadFormatIndicator.Unspecified;

    private static Detail IdsOf(List<uint> ids) =>
        new(s_subscriptionIds, DetailValue.Of([.. ids.Select(id => (long)id)]));

    private static IReadOnlyList<Header> HeadersOf(List<MqttUserProperty>? properties) =>
        properties is null or { Count: 0 }
            ? []
            : [.. properties.Select(item => new Header(item.Name, Encoding.UTF8.GetString(item.ValueBuffer.Span)))];

    private static int Index(MqttQualityOfServiceLevel qos, bool retain, bool duplicate) =>
        (Math.Clamp((int)qos, 0, 2) * 4) + (retain ? 2 : 0) + (duplicate ? 1 : 0);

    private static MessageDetails[] PlainOf(string? peer)
    {
        var plain = new MessageDetails[12];
        for (var i = 0; i < plain.Length; i++)
        {
            var details = new List<Detail>
            {
                new(s_qos, DetailValue.Of(i / 4)),
                new(s_retain, DetailValue.Of((i & 2) != 0)),
            };
            if ((i & 1) != 0)
                details.Add(new Detail(s_duplicate, DetailValue.Of(flag: true)));
            if (peer is not null)
                details.Add(new Detail(s_peer, DetailValue.Of(peer)));
            plain[i] = new MessageDetails([.. details]);
        }

        return plain;
    }

    /// <summary>The plain cases of one client of a broker.</summary>
    public sealed class PeerDetails(string peer)
    {
        public MessageDetails[] Plain { get; } = PlainOf(peer);
    }
}
