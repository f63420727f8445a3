using MQTTnet;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What a session can do for a request.</summary>
internal sealed record MqttExchangeCalls
{
    /// <summary>Publishes and lists the message as one of the exchange.</summary>
    public required Func<
        OutgoingMessage,
        ExchangeId,
        CancellationToken,
        Task<MqttClientPublishResult>
    > SendAsync { get; init; }

    /// <summary>Subscribes.</summary>
    public required Func<Subscription, CancellationToken, Task<SubscribeResult>> SubscribeAsync { get; init; }

    /// <summary>Ends a subscription.</summary>
    public required Func<Subscription, CancellationToken, Task> UnsubscribeAsync { get; init; }

    /// <summary>True where a subscription of the session matches the topic.</summary>
    public required Func<string, bool> IsSubscribed { get; init; }

    /// <summary>Why the connection is not up any more.</summary>
    public required Func<TransportException> Ended { get; init; }
}
