using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>One connection to a broker.</summary>
internal sealed class MqttSession : ISession
{
    private readonly SessionContext _context;
    private readonly MqttReceiver _receiver;
    private readonly MqttLink _link;
    private readonly MqttPublisher _publisher;
    private readonly MqttBrowser _browser;
    private readonly MqttWireLog _wireLog;
    private readonly MqttRequests _requests;
    private readonly MqttQuestions _questions;
    private readonly MqttSubscriber _subscriber;
    private readonly Task _watching;

    private MqttSession(SessionContext context, MqttReceiver receiver, MqttReplies replies, MqttLink link)
    {
        _context = context;
        _receiver = receiver;
        _link = link;
        _questions = new MqttQuestions(link, context.Time);
        var memory = context.Memory.Get(static () => new MqttMemory());
        _subscriber = new MqttSubscriber(link, _questions, memory);
        _publisher = new MqttPublisher(link);
        _browser = new MqttBrowser(link, SendAsync, context.Time);
        _wireLog = new MqttWireLog(link, context);
        _requests = new MqttRequests(
            link,
            replies,
            new MqttExchangeCalls
            {
                SendAsync = (message, exchange, token) => SendAsync(message, exchange, token),
                SubscribeAsync = (subscription, token) => SubscribeAsync(subscription, from: null, token),
                UnsubscribeAsync = UnsubscribeAsync,
                IsSubscribed = memory.Covers,
                Ended = _questions.Ended,
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
        | Capabilities.Browse
        | Capabilities.Wire
        | (Limits.Retain ? Capabilities.Retain : Capabilities.None)
        | (_link.Identity.IsVersion5 ? Capabilities.Headers | Capabilities.Request : Capabilities.None);

    public IReadOnlyList<Fact> Facts { get; }

    public Task Completion => _link.Completion;

    private MqttLimits Limits => MqttLimits.Of(_link);

    /// <summary>Connects to the first endpoint that can be reached.</summary>
    /// <exception cref="TransportException">It failed, or the broker refused.</exception>
    public static Task<MqttSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        NextAddress.FirstAsync(
            profile.Endpoints,
            endpoint => ConnectAsync(profile, endpoint, context, cancellationToken),
            context
        );

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    ) => _subscriber.SubscribeAsync(subscription, cancellationToken);

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) =>
        _subscriber.UnsubscribeAsync(subscription, cancellationToken);

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
        : typeof(T) == typeof(IRequests) ? _requests as T
        : null;

    public async ValueTask DisposeAsync()
    {
        _wireLog.Dispose();
        if (!Completion.IsCompleted)
            await _receiver.SettleAsync().ConfigureAwait(false);
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
        var memory = context.Memory.Get(static () => new MqttMemory());
        var replies = new MqttReplies(context);
        var receiver = new MqttReceiver(context, replies);
        try
        {
            var link = await MqttLink
                .OpenAsync(
                    endpoint,
                    MqttWay.Of(profile),
                    identity,
                    new MqttIntake(receiver.OnReceivedAsync)
                    {
                        RoomAsync = receiver.RoomAsync,
                        Released = memory.Released,
                    },
                    context.Time,
                    cancellationToken
                )
                .ConfigureAwait(false);
            memory.Begin(identity.ClientId, link.Result.IsSessionPresent);
            receiver.Start();
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
            ? await _questions
                .AskAsync(token => _publisher.PublishShortAsync(library, token), cancellationToken)
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
        _questions.ThrowIfEnded();
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
    ) => _questions.AskAsync(token => _publisher.PublishAsync(message, token), cancellationToken);

    /// <summary>Leaves a broker that breaks a rule.</summary>
    private async Task WatchAsync()
    {
        await Task.WhenAny(_receiver.Broken, _link.Completion).ConfigureAwait(false);
        if (!_receiver.Broken.IsCompleted)
            return;
        var (what, reason) = await _receiver.Broken.ConfigureAwait(false);
        _link.Fail(
            new TransportException(
                FailureKind.Lost,
                $"The broker at {_link.Endpoint.Address} {what}, which MQTT does not allow, so the connection was closed."
            ),
            reason
        );
    }
}
