using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MQTTnet;
using MQTTnet.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Requests of MQTT 5.0 (4.10): the response comes to a response topic, with the correlation data of its request. Both are made up unless the
/// message has its own; the response topic is subscribed to for as long as it is waited for.
/// </summary>
internal sealed class MqttRequests : IRequests
{
    private const int CorrelationLength = 16;
    private static readonly TimeSpan s_tidying = TimeSpan.FromSeconds(2);

    private readonly MqttLink _link;
    private readonly MqttReplies _replies;
    private readonly TimeProvider _time;
    private readonly MqttExchangeCalls _calls;
    private int _lastTopic;

    /// <param name="link">The connection.</param>
    /// <param name="replies">Which messages answer requests.</param>
    /// <param name="calls">What a session can do for a request.</param>
    /// <param name="time">The clock.</param>
    public MqttRequests(MqttLink link, MqttReplies replies, MqttExchangeCalls calls, TimeProvider time)
    {
        _link = link;
        _replies = replies;
        _calls = calls;
        _time = time;
    }

    public async IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (!_link.Identity.IsVersion5)
            throw new TransportException(
                FailureKind.Configuration,
                $"Requests need response topics, which MQTT {_link.Identity.VersionText} does not have: set mqtt.version = \"5.0\"."
            );
        var request = Completed(message);
        var topic = request.Options.Get(MqttSettings.ResponseTopic);
        var correlation = BytesText.Parse(request.Options.Get(MqttSettings.CorrelationData))!;
        var subscription = new Subscription(topic, SettingValues.Empty.With(MqttSettings.SubscribeQos, 1));
        // A second subscription that matches would bring every response twice.
        var isCovered = _calls.IsSubscribed(topic);
        if (!isCovered)
            await SubscribeAsync(subscription, cancellationToken).ConfigureAwait(false);
        var pending = _replies.Open(topic, correlation);
        try
        {
            await SendAsync(request, pending.Exchange, cancellationToken).ConfigureAwait(false);
            using var timeout = new CancellationTokenSource(options.Timeout, _time);
            for (var count = 0; count < (options.MaximumResponses ?? int.MaxValue); count++)
            {
                var response = await NextAsync(pending, timeout.Token, cancellationToken).ConfigureAwait(false);
                if (response is null && count == 0)
                    throw new TransportException(
                        FailureKind.TimedOut,
                        $"No reply to {message.Topic} came within {Quantity.Format(options.Timeout)}: check that somebody answers there, and to the response topic."
                    );
                if (response is null)
                    yield break;
                yield return response;
            }
        }
        finally
        {
            _replies.Close(pending);
            if (!isCovered)
                await TidyAsync(subscription).ConfigureAwait(false);
        }
    }

    private OutgoingMessage Completed(OutgoingMessage message)
    {
        var options = message.Options;
        if (options.Get(MqttSettings.ResponseTopic).Length == 0)
        {
            var prefix = string.IsNullOrEmpty(_link.Result.ResponseInformation)
                ? $"tracemq/replies/{_link.Identity.ClientId}"
                : _link.Result.ResponseInformation.TrimEnd('/');
            var number = Interlocked.Increment(ref _lastTopic).ToString(CultureInfo.InvariantCulture);
            options = options.With(MqttSettings.ResponseTopic, $"{prefix}/{number}");
        }

        if (options.Get(MqttSettings.CorrelationData).Length == 0)
            options = options.With(
                MqttSettings.CorrelationData,
                RandomNumberGenerator.GetHexString(CorrelationLength, lowercase: true)
            );
        // Only an acknowledgement tells that nobody subscribes to the request's topic.
        if (!options.Has(MqttSettings.PublishQos))
            options = options.With(MqttSettings.PublishQos, Math.Min(1, MqttLimits.Of(_link).MaximumQos));
        return message with { Options = options };
    }

    private async Task SubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var result = await _calls.SubscribeAsync(subscription, cancellationToken).ConfigureAwait(false);
        if (!result.IsAccepted)
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"The broker does not let us receive replies at {subscription.Topic} ({result.Text}): set response_topic to a topic that this user may subscribe to."
            );
    }

    private async Task SendAsync(OutgoingMessage request, ExchangeId exchange, CancellationToken cancellationToken)
    {
        var result = await _calls.SendAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        if (result.ReasonCode == MqttClientPublishReasonCode.NoMatchingSubscribers)
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"Nobody subscribes to {request.Topic}, so nobody will reply: check the topic, and whether who answers is connected."
            );
        if (!result.IsSuccess)
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"The broker refused the request: {MqttReasons.PubAck((int)result.ReasonCode)}{MqttReasons.InItsWords(result.ReasonString)}."
            );
    }

    /// <summary>The next response; null where the time is over.</summary>
    private async Task<Message?> NextAsync(
        MqttReplies.Pending pending,
        CancellationToken timeout,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout, cancellationToken);
        var response = pending.Responses.ReadAsync(either.Token).AsTask();
        await Task.WhenAny(response, _link.Completion).ConfigureAwait(false);
        if (!response.IsCompleted)
        {
            await either.CancelAsync().ConfigureAwait(false);
            await ((Task)response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw _calls.Ended();
        }

        try
        {
            return await response.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends the subscription of a request, whose caller may have gone already.</summary>
    private async Task TidyAsync(Subscription subscription)
    {
        using var timeout = new CancellationTokenSource(s_tidying, _time);
        try
        {
            await _calls.UnsubscribeAsync(subscription, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            // The connection is gone, and the subscription with it.
        }
    }
}
