using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Mqtt;

/// <summary>One connection to a broker.</summary>
internal sealed class MqttSession : ISession
{
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(30);

    private readonly SessionContext _context;
    private readonly MqttReceiver _receiver;
    private readonly MqttLink _link;
    private readonly MqttPublisher _publisher;
    private readonly MqttBrowser _browser;
    private readonly MqttWireLog _wireLog;
    private readonly SubscriptionIds _ids = new();
    private readonly MqttRequests _requests;
    private readonly Task _watching;

    private MqttSession(SessionContext context, MqttReceiver receiver, MqttReplies replies, MqttLink link)
    {
        _context = context;
        _receiver = receiver;
        _link = link;
        _publisher = new MqttPublisher(link);
        _browser = new MqttBrowser(link, SendAsync, context.Time);
        _wireLog = new MqttWireLog(link, context.Time);
        _requests = new MqttRequests(
            link,
            replies,
            new MqttExchangeCalls
            {
                SendAsync = (message, exchange, token) => SendAsync(message, exchange, token),
                SubscribeAsync = (subscription, token) => SubscribeAsync(subscription, from: null, token),
                UnsubscribeAsync = UnsubscribeAsync,
                IsSubscribed = _ids.Covers,
                Ended = Ended,
            },
            context.Time
        );
        _watching = WatchAsync();
        Facts = MqttServerFacts.OfConnection(link, context.Time.GetUtcNow());
    }

    public Capabilities Capabilities =>
        Capabilities.Subscribe
        | Capabilities.Publish
        | Capabilities.Wildcards
        | (Limits.Retain ? Capabilities.Retain : Capabilities.None)
        | (_link.Identity.IsVersion5 ? Capabilities.Headers | Capabilities.Request : Capabilities.None);

    public IReadOnlyList<Fact> Facts { get; }

    public Task Completion => _link.Completion;

    private MqttLimits Limits => MqttLimits.Of(_link);

    /// <summary>Connects to the first endpoint that can be reached.</summary>
    /// <exception cref="TransportException">It failed, or the broker refused.</exception>
    public static async Task<MqttSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; ; i++)
        {
            var endpoint = profile.Endpoints[i];
            try
            {
                return await ConnectAsync(profile, endpoint, context, cancellationToken).ConfigureAwait(false);
            }
            catch (TransportException exception) when (!exception.IsFinal && i + 1 < profile.Endpoints.Count)
            {
                context.Notices.TryWrite(
                    new Notice(NoticeLevel.Warning, $"{exception.Message} Trying the next address.")
                );
            }
        }
    }

    public async Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        if (new MqttTopics().ValidatePattern(subscription.Topic) is { } problem)
            return new SubscribeResult(IsAccepted: false, problem);
        var id =
            _link.Identity.IsVersion5 && _link.Result.SubscriptionIdentifiersAvailable
                ? _ids.Of(subscription.Topic)
                : 0;
        var options = new MqttClientSubscribeOptions
        {
            TopicFilters = [ToFilter(subscription)],
            SubscriptionIdentifier = id,
        };
        var result = await AskAsync(token => _link.Client.SubscribeAsync(options, token), cancellationToken)
            .ConfigureAwait(false);
        var code = (int)result.Items.First().ResultCode;
        var asked = (int)subscription.Options.Get(MqttSettings.SubscribeQos);
        var text = MqttReasons.SubAck(code, _link.Identity.Version) + MqttReasons.InItsWords(result.ReasonString);
        if (code <= 2)
            _ids.Add(subscription.Topic);
        if (id > 1 && code <= 2)
            text += $", subscription id {id}";
        return new SubscribeResult(code <= 2, code <= 2 && code != asked ? $"{text} instead of {asked}" : text);
    }

    public async Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        _ids.Remove(subscription.Topic);
        var options = new MqttClientUnsubscribeOptions { TopicFilters = [subscription.Topic] };
        await AskAsync(token => _link.Client.UnsubscribeAsync(options, token), cancellationToken).ConfigureAwait(false);
    }

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        var result = await SendAsync(message, exchange: null, cancellationToken).ConfigureAwait(false);
        var elapsed = _context.Time.GetElapsedTime(started);
        if (message.Options.Get(MqttSettings.PublishQos) == 0)
            return new PublishResult(IsAccepted: true, "sent; QoS 0 is not acknowledged", elapsed);
        if (!_link.Identity.IsVersion5)
            return new PublishResult(IsAccepted: true, "acknowledged by the broker", elapsed);
        var text = MqttReasons.PubAck((int)result.ReasonCode) + MqttReasons.InItsWords(result.ReasonString);
        return new PublishResult(result.IsSuccess, text, elapsed);
    }

    public T? Feature<T>()
        where T : class =>
        typeof(T) == typeof(IBrowsable) ? _browser as T
        : typeof(T) == typeof(IWireLog) ? _wireLog as T
        : typeof(T) == typeof(IRequests) ? _requests as T
        : null;

    public async ValueTask DisposeAsync()
    {
        _wireLog.Dispose();
        await _link.DisposeAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _receiver.DisposeAsync().ConfigureAwait(false);
        _publisher.Dispose();
    }

    private static async Task<MqttSession> ConnectAsync(
        Profile profile,
        Endpoint endpoint,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var identity = MqttIdentity.Of(profile, endpoint);
        var replies = new MqttReplies(context.Time);
        var receiver = new MqttReceiver(context, replies);
        try
        {
            var link = await MqttLink
                .OpenAsync(
                    endpoint,
                    MqttWay.Of(profile),
                    identity,
                    new MqttIntake(receiver.OnReceivedAsync) { RoomAsync = receiver.RoomAsync },
                    context.Time,
                    cancellationToken
                )
                .ConfigureAwait(false);
            context.Log.LogDebug("MQTT {Version} connected to {Address}", identity.VersionText, endpoint.Address);
            if (!identity.CleanSession)
                context.Notices.TryWrite(
                    new Notice(
                        NoticeLevel.Information,
                        link.Result.IsSessionPresent
                            ? "Session resumed: the broker kept its subscriptions and messages."
                            : "New session: the broker had kept none."
                    )
                );
            return new MqttSession(context, receiver, replies, link);
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lists a message as sent, and sends it.</summary>
    private async Task<MqttClientPublishResult> SendAsync(
        OutgoingMessage message,
        ExchangeId? exchange,
        CancellationToken cancellationToken
    )
    {
        var library = MqttOutgoing.ToLibrary(message, _link.Identity.IsVersion5, _link.Identity.VersionText);
        Limits.ThrowIfExceeded(library);
        List(library, exchange, cancellationToken);
        return message.Options.Get(MqttSettings.TopicAlias)
            ? await AskAsync(token => _publisher.PublishShortAsync(library, token), cancellationToken)
                .ConfigureAwait(false)
            : await PublishAsync(library, cancellationToken).ConfigureAwait(false);
    }

    private async Task<MqttClientPublishResult> SendAsync(
        MqttApplicationMessage message,
        CancellationToken cancellationToken
    )
    {
        List(message, exchange: null, cancellationToken);
        return await PublishAsync(message, cancellationToken).ConfigureAwait(false);
    }

    // Before it is sent, so that it stands in the list before what it causes.
    private void List(MqttApplicationMessage message, ExchangeId? exchange, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        _context.Inbox.TryPost(
            MqttDetails.ToMessage(
                message,
                _context.Time.GetUtcNow(),
                Direction.Out,
                isReplayed: false,
                exchange: exchange
            )
        );
    }

    private Task<MqttClientPublishResult> PublishAsync(
        MqttApplicationMessage message,
        CancellationToken cancellationToken
    ) => AskAsync(token => _publisher.PublishAsync(message, token), cancellationToken);

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

        return new MqttTopicFilter
        {
            Topic = subscription.Topic,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)options.Get(MqttSettings.SubscribeQos),
            NoLocal = options.Get(MqttSettings.NoLocal),
            RetainAsPublished = options.Get(MqttSettings.RetainAsPublished),
            RetainHandling = RetainHandlingOf(options) switch
            {
                "new" => MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly,
                "never" => MqttRetainHandling.DoNotSendOnSubscribe,
                _ => MqttRetainHandling.SendAtSubscribe,
            },
        };
    }

    /// <summary>
    /// A session that goes on has its subscriptions already, and what was retained meanwhile came as a message that was missed: the retained
    /// messages are not to come again. At QoS 0 nothing is kept for us, so there they are.
    /// </summary>
    private string RetainHandlingOf(SettingValues options) =>
        _link.Result.IsSessionPresent
        && !options.Has(MqttSettings.RetainHandling)
        && options.Get(MqttSettings.SubscribeQos) > 0
            ? "new"
            : options.Get(MqttSettings.RetainHandling);

    /// <summary>Leaves a broker that sends more messages than it may before they are acknowledged.</summary>
    private async Task WatchAsync()
    {
        await Task.WhenAny(_receiver.Overrun, _link.Completion).ConfigureAwait(false);
        if (_receiver.Overrun.IsCompleted)
            _link.Fail(
                new TransportException(
                    FailureKind.Lost,
                    "The broker sent more messages of QoS 1 and 2 than MQTT has packet identifiers for before the first was acknowledged; the connection was closed."
                ),
                MqttClientDisconnectOptionsReason.ReceiveMaximumExceeded
            );
    }

    /// <summary>Asks the broker for something, and makes a <see cref="TransportException"/> of whatever prevents the answer.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        using var timeout = new CancellationTokenSource(s_answerTimeout, _context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ask(both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (MqttFailures.IsExpected(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested && _link.Client.IsConnected)
            {
                throw new TransportException(
                    FailureKind.TimedOut,
                    $"The broker did not answer within {Quantity.Format(s_answerTimeout)}: whether it took it is unknown.",
                    exception
                );
            }

            ThrowIfEnded();
            if (_link.Client.IsConnected)
            {
                throw new TransportException(
                    FailureKind.Configuration,
                    $"It cannot be sent to the broker: {exception.GetBaseException().Message.TrimEnd('.')}.",
                    exception
                );
            }

            throw new TransportException(
                FailureKind.Lost,
                $"The connection ended before the broker answered ({exception.GetBaseException().Message.TrimEnd('.')}): whether it took it is unknown.",
                exception
            );
        }
    }

    private void ThrowIfEnded()
    {
        if (Completion.IsCompleted)
            throw Ended();
    }

    private TransportException Ended()
    {
        var reason = Completion.Exception?.InnerException as TransportException;
        return new TransportException(
            reason?.Kind ?? FailureKind.Lost,
            reason?.Message ?? "The connection is closed: connect again.",
            reason
        );
    }
}
