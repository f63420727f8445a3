using System.Net;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt.Server;

/// <summary>A broker of our own. Every message that a client sends comes to the inbox; what is published goes to the clients that subscribe.</summary>
internal sealed class BrokerSession : ISession
{
    /// <summary>Messages that wait for a slow client before the oldest is dropped; a subscription to many retained topics needs room at once.</summary>
    internal const int MaximumPending = 10_000;

    private static readonly TimeSpan s_noticeInterval = TimeSpan.FromSeconds(1);

    private readonly SessionContext _context;
    private readonly IReadOnlyList<StreamListener> _listeners;
    private readonly MqttServer _server;
    private readonly BrokerClients _clients = new();
    private readonly BrokerBrowser _browser;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _noticing;
    private long _overwritten;
    private int _isDisposed;

    private BrokerSession(Profile profile, SessionContext context, IReadOnlyList<StreamListener> listeners)
    {
        _context = context;
        _listeners = listeners;
        var gate = new BrokerGate(profile, profile.Endpoints[0]);
        var options = new MqttServerOptions
        {
            EnablePersistentSessions = true,
            MaxPendingMessagesPerClient = MaximumPending,
        };
        var adapter = new BrokerAdapter(listeners, context.Time);
        _server = new MqttServerFactory().CreateMqttServer(options, [adapter]);
        _server.ValidatingConnectionAsync += gate.ValidateAsync;
        _browser = new BrokerBrowser(_server, _clients, SendAsync, context.Time);
        Facts = FactsOf(listeners, gate);
        Watch();
        _noticing = NoticeAsync();
    }

    public Capabilities Capabilities =>
        Capabilities.Publish | Capabilities.Retain | Capabilities.Headers | Capabilities.Browse | Capabilities.Listen;

    public IReadOnlyList<string> ListensOn => [.. _listeners.Select(listener => listener.Endpoint.ToString())];

    public IReadOnlyList<Fact> Facts { get; }

    public Task Completion => _completion.Task;

    /// <summary>Listens at every URL of the profile.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    public static async Task<BrokerSession> StartAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var listeners = new List<StreamListener>();
        try
        {
            foreach (var endpoint in profile.Endpoints)
                listeners.Add(
                    await StreamListener
                        .BindAsync(endpoint, MqttWay.Of(profile), context, cancellationToken)
                        .ConfigureAwait(false)
                );
            var session = new BrokerSession(profile, context, listeners);
            await session._server.StartAsync().ConfigureAwait(false);
            return session;
        }
        catch
        {
            foreach (var listener in listeners)
                await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            new SubscribeResult(
                IsAccepted: false,
                "a broker receives all that its clients send; there is nothing to subscribe to"
            )
        );

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (message.Options.Has(MqttSettings.TopicAlias))
            throw new TransportException(
                FailureKind.Configuration,
                "topic_alias belongs to a client's connection, and this is the broker: leave it out."
            );
        var library = MqttOutgoing.ToLibrary(message, isVersion5: true, "5.0");
        var started = _context.Time.GetTimestamp();
        var receivers = _clients.CountSubscribers(message.Topic);
        await SendAsync(library, cancellationToken).ConfigureAwait(false);
        var text = receivers switch
        {
            0 => "no client subscribes to it",
            1 => "sent to 1 client",
            _ => $"sent to {receivers} clients",
        };
        return new PublishResult(
            IsAccepted: true,
            library.Retain ? $"{text}; retained" : text,
            _context.Time.GetElapsedTime(started)
        );
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        foreach (var listener in _listeners)
            await listener.DisposeAsync().ConfigureAwait(false);
        _server.Dispose();
        await _noticing.ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private static List<Fact> FactsOf(IReadOnlyList<StreamListener> listeners, BrokerGate gate)
    {
        var facts = new List<Fact> { new("protocol", "MQTT 3.1, 3.1.1 and 5.0") };
        var isLocal = listeners.All(listener => IPAddress.IsLoopback(listener.LocalEndPoint.Address));
        facts.Add(new Fact("open to", isLocal ? "this machine" : "every machine that reaches it"));
        facts.AddRange(listeners.SelectMany(listener => listener.Facts).Distinct());
        facts.Add(new Fact("clients need", gate.IsOpen ? "no password" : "the user name and password of the profile"));
        return facts;
    }

    /// <summary>Lists a message as sent, and sends it to the clients that subscribe.</summary>
    private async Task SendAsync(MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Completion.IsCompleted)
            throw new TransportException(FailureKind.Lost, "The broker is stopped: start it again.");
        // Before it is sent, so that it stands in the list before what it causes.
        _context.Inbox.TryPost(
            MqttDetails.ToMessage(message, _context.Time.GetUtcNow(), Direction.Out, isReplayed: false)
        );
        try
        {
            await _server
                .InjectApplicationMessage(new InjectedMqttApplicationMessage(message), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (InvalidOperationException exception)
        {
            throw new TransportException(FailureKind.Lost, "The broker is stopped: start it again.", exception);
        }
    }

    private void Watch()
    {
        _server.InterceptingPublishAsync += OnPublishAsync;
        _server.ClientConnectedAsync += client =>
        {
            _clients.Add(
                new BrokerClient(
                    client.ClientId,
                    client.RemoteEndPoint,
                    client.ProtocolVersion,
                    _context.Time.GetTimestamp()
                )
            );
            _context.Log.LogDebug("MQTT client connected from {Address}", client.RemoteEndPoint);
            return Task.CompletedTask;
        };
        _server.ClientDisconnectedAsync += client =>
        {
            _clients.Remove(client.ClientId, client.RemoteEndPoint);
            return Task.CompletedTask;
        };
        _server.ClientSubscribedTopicAsync += subscribed =>
        {
            _clients.Subscribed(
                subscribed.ClientId,
                subscribed.TopicFilter.Topic,
                (int)subscribed.TopicFilter.QualityOfServiceLevel
            );
            return Task.CompletedTask;
        };
        _server.ClientUnsubscribedTopicAsync += unsubscribed =>
        {
            _clients.Unsubscribed(unsubscribed.ClientId, unsubscribed.TopicFilter);
            return Task.CompletedTask;
        };
        _server.SessionDeletedAsync += session =>
        {
            _clients.SessionDeleted(session.Id);
            return Task.CompletedTask;
        };
        _server.QueuedApplicationMessageOverwrittenAsync += _ =>
        {
            Interlocked.Increment(ref _overwritten);
            return Task.CompletedTask;
        };
    }

    private async Task OnPublishAsync(InterceptingPublishEventArgs publish)
    {
        // What we publish ourselves is in the inbox already, as sent.
        if (ReferenceEquals(publish.SessionItems, _server.ServerSessionItems) || !publish.ProcessPublish)
            return;
        var message = MqttDetails.ToMessage(
            publish.ApplicationMessage,
            _context.Time.GetUtcNow(),
            Direction.In,
            isReplayed: false,
            _clients.Find(publish.ClientId)?.Details
        );
        if (publish.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
            _context.Inbox.TryPost(message);
        else
            await _context.Inbox.WriteAsync(message, publish.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says once a second at most that clients are too slow for what is sent to them.</summary>
    private async Task NoticeAsync()
    {
        var said = 0L;
        try
        {
            while (true)
            {
                await Task.Delay(s_noticeInterval, _context.Time, _stop.Token).ConfigureAwait(false);
                var lost = Interlocked.Read(ref _overwritten);
                if (lost > said)
                    _context.Notices.TryWrite(
                        new Notice(
                            NoticeLevel.Warning,
                            $"Clients are too slow: {lost - said} messages for them were dropped, {lost} in all."
                        )
                    );
                said = lost;
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the session.
        }
    }
}
