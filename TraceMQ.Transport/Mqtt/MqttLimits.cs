using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What the broker said that it takes (MQTT 5.0, 3.2.2.3); before 5.0 it says nothing.</summary>
/// <param name="MaximumQos">The highest quality of service.</param>
/// <param name="Retain">True where it keeps retained messages.</param>
/// <param name="MaximumPacket">The largest packet in bytes; null where there is no limit.</param>
internal sealed record MqttLimits(int MaximumQos, bool Retain, long? MaximumPacket)
{
    /// <summary>True where subscriptions may hold wildcards.</summary>
    public bool Wildcards { get; private init; } = true;

    /// <summary>True where it has shared subscriptions.</summary>
    public bool SharedSubscriptions { get; private init; } = true;

    /// <summary>True where a subscription may carry a number.</summary>
    public bool SubscriptionIds { get; private init; }

    public static MqttLimits Of(MqttLink link)
    {
        if (!link.Identity.IsVersion5)
            return new MqttLimits(2, Retain: true, MaximumPacket: null);
        var result = link.Result;
        var packet = result.MaximumPacketSize;
        return new MqttLimits((int)result.MaximumQoS, result.RetainAvailable, packet is null or 0 ? null : packet)
        {
            Wildcards = result.WildcardSubscriptionAvailable,
            SharedSubscriptions = result.SharedSubscriptionAvailable,
            SubscriptionIds = result.SubscriptionIdentifiersAvailable,
        };
    }

    /// <summary>Sending more than the broker takes would end the connection instead of failing.</summary>
    /// <exception cref="TransportException">The message exceeds a limit.</exception>
    public void ThrowIfExceeded(MqttApplicationMessage message)
    {
        if ((int)message.QualityOfServiceLevel > MaximumQos)
            throw Cannot($"the broker takes QoS {MaximumQos} at most");
        if (message.Retain && !Retain)
            throw Cannot("the broker keeps no retained messages; send it without retain");
        if (
            MaximumPacket is { } maximum
            && message.Payload.Length + Encoding.UTF8.GetByteCount(message.Topic) > maximum
        )
            throw Cannot($"the broker takes packets of {Quantity.FormatSize(maximum)} at most");
    }

    /// <summary>Why the broker has not got such a subscription; null where it has. Asking for it would end the connection.</summary>
    public string? WhyNot(Subscription subscription) =>
        !SharedSubscriptions && MqttTopics.IsShared(subscription.Topic) ? "the broker has no shared subscriptions"
        : !Wildcards && subscription.Topic.AsSpan().ContainsAny('+', '#')
            ? "the broker takes no wildcards: subscribe to each topic"
        : null;

    private static TransportException Cannot(string why) =>
        new(FailureKind.Configuration, $"The message cannot be sent: {why}.");
}
