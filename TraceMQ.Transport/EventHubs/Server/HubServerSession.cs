using System.Globalization;
using System.Net;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A local Event Hubs. Every event that a client sends comes to the inbox; what is published goes into a partition, for those who read it.</summary>
internal sealed class HubServerSession : ISession
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_farewell = TimeSpan.FromMilliseconds(500);

    private readonly SessionContext _context;
    private readonly HubServerOptions _options;
    private readonly IReadOnlyList<StreamListener> _listeners;
    private readonly LocalHub _hub;
    private readonly HubBrowser _browser;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ticking;
    private volatile bool _isEnding;
    private int _isDisposed;

    private HubServerSession(HubServerOptions options, SessionContext context, IReadOnlyList<StreamListener> listeners)
    {
        _context = context;
        _options = options;
        _listeners = listeners;
        _hub = new LocalHub(options, context);
        _browser = new HubBrowser(_hub, context.Time);
        foreach (var listener in listeners)
            listener.Accept(ServeAsync);
        _ticking = TickAsync();
    }

    public Capabilities Capabilities =>
        Capabilities.Publish | Capabilities.Headers | Capabilities.Listen | Capabilities.Browse | Capabilities.Wire;

    public IReadOnlyList<Fact> Facts => [.. FactsNow()];

    public IReadOnlyList<string> ListensOn => [.. _listeners.Select(listener => listener.Endpoint.ToString())];

    public Task Completion => _completion.Task;

    /// <summary>What is served.</summary>
    internal LocalHub Hub => _hub;

    /// <summary>Listens at every URL of the profile.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    public static async Task<HubServerSession> StartAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var way = new StreamOptions
        {
            Tls = TlsOptions.Of(profile),
            WebSocket = new WebSocketCarrier(["AMQPWSB10", "amqp"], HubVocabulary.WebSocketPath, []),
        };
        var listeners = new List<StreamListener>();
        try
        {
            foreach (var endpoint in profile.Endpoints)
            {
                var path = endpoint.Scheme.Carrier.IsWebSocket ? HubVocabulary.WebSocketPath : "";
                listeners.Add(
                    await StreamListener
                        .BindAsync(endpoint with { PathAndQuery = path }, way, context, cancellationToken)
                        .ConfigureAwait(false)
                );
            }

            return new HubServerSession(HubServerOptions.Of(profile), context, listeners);
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
                "a hub receives all that its clients send; there is nothing to subscribe to"
            )
        );

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isEnding)
            throw new TransportException(FailureKind.Lost, "The hub is stopped: start it again.");
        var partition = message.Topic.Length == 0 ? null : _hub.FindPartition(message.Topic);
        if (message.Topic.Length > 0 && partition is null)
            throw new TransportException(
                FailureKind.Configuration,
                $"There is no partition {message.Topic}: the hub has 0 to {(_hub.Partitions.Count - 1).ToString(CultureInfo.InvariantCulture)}."
            );
        var started = _context.Time.GetTimestamp();
        var draft = Draft(message);
        if (draft.Length > _options.Limits.MaximumMessage)
            throw new TransportException(
                FailureKind.Configuration,
                $"The event is larger than {Quantity.FormatSize(_options.Limits.MaximumMessage)}, which is eventhubs.max_message: send less, or raise it."
            );
        var (chosen, stored) = _hub.Intake.Put(draft, partition);
        _context.Inbox.TryPost(HubMessages.Of(stored, chosen.Id, _context.Time.GetUtcNow(), peer: null));
        var readers = _hub.Readers.All().Count(reader => reader.Partition == chosen);
        var heard = readers switch
        {
            0 => "no client reads it",
            1 => "1 client reads it",
            _ => $"{readers.ToString(CultureInfo.InvariantCulture)} clients read it",
        };
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"in partition {chosen.Id} as sequence {stored.Sequence}; {heard}"
        );
        return Task.FromResult(new PublishResult(IsAccepted: true, text, _context.Time.GetElapsedTime(started)));
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _isEnding = true;
        await SayGoodbyeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            await listener.DisposeAsync().ConfigureAwait(false);
        await _ticking.ConfigureAwait(false);
        _hub.Dispose();
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private static EventDraft Draft(OutgoingMessage message)
    {
        try
        {
            return EventDraft.Of(message);
        }
        catch (AmqpViolationException problem)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"The event cannot be sent: it {problem.Message}.",
                problem
            );
        }
    }

    /// <summary>Tells the clients that the hub stops, and lets those who listen take it in.</summary>
    private async Task SayGoodbyeAsync()
    {
        var clients = _hub.Clients;
        foreach (var client in clients)
            client.Close(AmqpConditions.ConnectionForced, "The local hub was stopped.");
        try
        {
            await Task.WhenAll(clients.Select(client => client.Ended))
                .WaitAsync(s_farewell, _context.Time)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The others are cut off.
        }
    }

    private async Task ServeAsync(PeerStream peer)
    {
        var client = new HubClient(peer, _hub, _context, _stop.Token);
        _hub.Add(client);
        try
        {
            await client.ServeAsync().ConfigureAwait(false);
        }
        finally
        {
            _hub.Remove(client);
        }
    }

    private IEnumerable<Fact> FactsNow()
    {
        yield return new Fact("protocol", "AMQP 1.0, as Event Hubs speaks it");
        yield return new Fact("hub", _hub.Name);
        yield return new Fact(
            "partitions",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_hub.Partitions.Count}, with {_hub.Partitions.Sum(partition => (long)partition.State.Count):N0} events"
            )
        );
        var isLocal = _listeners.All(listener => IPAddress.IsLoopback(listener.LocalEndPoint.Address));
        yield return new Fact("open to", isLocal ? "this machine" : "every machine that reaches it");
        foreach (var fact in _listeners.SelectMany(listener => listener.Facts).Distinct())
            yield return fact;
        yield return new Fact("clients need", _options.Gate.IsOpen ? "no key" : $"the key {_options.KeyName}");
        yield return new Fact("connection string", ConnectionStringForClients());
        yield return new Fact("clients", _hub.Clients.Count.ToString(CultureInfo.InvariantCulture));
        yield return new Fact("consumer groups", string.Join(", ", _hub.ConsumerGroups));
    }

    /// <summary>What a client of Microsoft's is told to come here, without the key.</summary>
    private string ConnectionStringForClients()
    {
        var plain = _listeners.FirstOrDefault(listener => listener.Endpoint.Scheme.Carrier == Carrier.Tcp);
        var endpoint = (plain ?? _listeners[0]).Endpoint;
        var name = _options.Gate.IsOpen ? "any" : _options.KeyName;
        var key = _options.Gate.IsOpen ? "any" : "***";
        return $"Endpoint=sb://{endpoint.Address};SharedAccessKeyName={name};SharedAccessKey={key};EntityPath={_hub.Name}"
            + (plain is null ? "" : ";UseDevelopmentEmulator=true");
    }

    private async Task TickAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(s_tick, _context.Time, _stop.Token).ConfigureAwait(false);
                _hub.Tick(_context.Time.GetUtcNow());
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the session.
        }
    }
}
