using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Makes and ends the subscriptions of a connection.</summary>
internal sealed class MqttSubscriber
{
    private readonly MqttLink _link;
    private readonly MqttQuestions _questions;
    private readonly MqttMemory _memory;
    private readonly MqttLimits _limits;

    public MqttSubscriber(MqttLink link, MqttQuestions questions, MqttMemory memory)
    {
        _link = link;
        _questions = questions;
        _memory = memory;
        _limits = MqttLimits.Of(link);
    }

    /// <exception cref="TransportException">The connection failed, or the subscription cannot be asked for. A refusal is a result.</exception>
    public async Task<SubscribeResult> SubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if ((new MqttTopics().ValidatePattern(subscription.Topic) ?? _limits.WhyNot(subscription)) is { } problem)
            return new SubscribeResult(IsAccepted: false, problem);
        var id = _limits.SubscriptionIds ? _memory.IdOf(subscription.Topic) : 0;
        var options = new MqttClientSubscribeOptions
        {
            TopicFilters = [ToFilter(subscription)],
            SubscriptionIdentifier = id,
        };
        var result = await _questions
            .AskAsync(token => _link.Client.SubscribeAsync(options, token), cancellationToken)
            .ConfigureAwait(false);
        var code = (int)result.Items.First().ResultCode;
        var text = MqttReasons.SubAck(code, _link.Identity.Version) + MqttReasons.InItsWords(result.ReasonString);
        if (code > 2)
            return new SubscribeResult(IsAccepted: false, text);
        _memory.Subscribed(subscription.Topic);
        if (subscription.Options.Get(MqttSettings.SubscribeQos) is var asked && asked != code)
            text += $" instead of {asked}";
        // The first one's number is no news: only where there are several does a message have to tell them apart.
        return new SubscribeResult(IsAccepted: true, id > 1 ? $"{text}, subscription id {id}" : text);
    }

    /// <exception cref="TransportException">The connection failed.</exception>
    public async Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        _memory.Unsubscribed(subscription.Topic);
        var options = new MqttClientUnsubscribeOptions { TopicFilters = [subscription.Topic] };
        await _questions
            .AskAsync(token => _link.Client.UnsubscribeAsync(options, token), cancellationToken)
            .ConfigureAwait(false);
    }

    private MqttTopicFilter ToFilter(Subscription subscription)
    {
        var options = subscription.Options;
        if (
            !_link.Identity.IsVersion5
            && MqttSettings.SubscriptionNeedsVersion5.FirstOrDefault(options.Has) is { } setting
        )
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"{setting.Key} of the subscription needs MQTT 5.0, and this connection speaks {_link.Identity.VersionText}: leave it out, or set mqtt.version."
            );
        }

        if (MqttProfileRules.WhyNotAllowed(subscription) is { } problem)
            throw new TransportException(FailureKind.Configuration, $"It cannot be subscribed to: {problem}.");
        return new MqttTopicFilter
        {
            Topic = subscription.Topic,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)options.Get(MqttSettings.SubscribeQos),
            NoLocal = options.Get(MqttSettings.NoLocal),
            RetainAsPublished = options.Get(MqttSettings.RetainAsPublished),
            RetainHandling = RetainHandlingOf(subscription) switch
            {
                "new" => MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly,
                "never" => MqttRetainHandling.DoNotSendOnSubscribe,
                _ => MqttRetainHandling.SendAtSubscribe,
            },
        };
    }

    /// <summary>
    /// A session that goes on has the subscription already: we have had its retained messages, and what was retained meanwhile came as a
    /// message that was missed, so that they need not come again. At QoS 0 nothing is kept for us, so there they do; and after a start of
    /// this program, which has seen none of them. Before 5.0 nobody can say so.
    /// </summary>
    private string RetainHandlingOf(Subscription subscription) =>
        subscription.Options.Has(MqttSettings.RetainHandling)
        || subscription.Options.Get(MqttSettings.SubscribeQos) == 0
        || !_link.Identity.IsVersion5
        || !_link.Result.IsSessionPresent
        || !_memory.IsSubscribed(subscription.Topic)
            ? subscription.Options.Get(MqttSettings.RetainHandling)
            : "new";
}
