using System.Text;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Clients;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>A core NATS server of our own. Every message of a client is in the list; what is published goes to the clients that subscribe.</summary>
internal sealed class NatsServerSession : ISession
{
    private readonly SessionContext _context;
    private readonly IReadOnlyList<StreamListener> _listeners;
    private readonly ServedClients<ServedNatsClient> _clients;
    private readonly ClientBrowser<ServedNatsClient> _browser;
    private readonly NatsRouter _router = new();
    private readonly ServerRequests _requests;
    private readonly ServerGate _gate;
    private readonly ServerAnswer _answer;
    private readonly RefusalNotices _refusals;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastClient;
    private int _isDisposed;

    private NatsServerSession(Profile profile, SessionContext context, IReadOnlyList<StreamListener> listeners)
    {
        _context = context;
        _listeners = listeners;
        _gate = new ServerGate(profile);
        _answer = new ServerAnswer(profile);
        _refusals = new RefusalNotices(context);
        _clients = new ServedClients<ServedNatsClient>(context);
        _browser = new ClientBrowser<ServedNatsClient>(_clients, [], context.Time, isSentTo: false);
        _requests = new ServerRequests(_router, context);
        foreach (var listener in listeners)
            listener.Accept(peer => ServeAsync(listener.Endpoint, peer));
    }

    public Capabilities Capabilities =>
        Capabilities.Publish
        | Capabilities.Request
        | Capabilities.Headers
        | Capabilities.Listen
        | Capabilities.Browse
        | Capabilities.Wire;

    public IReadOnlyList<string> ListensOn => [.. _listeners.Select(listener => listener.Endpoint.ToString())];

    public IReadOnlyList<Fact> Facts =>
        [
            new("protocol", "NATS, core"),
            ServedFacts.OpenTo(_listeners.Select(listener => listener.LocalEndPoint)),
            .. _listeners.SelectMany(listener => listener.Facts).Distinct(),
            new("clients need", _gate.Words),
            new("requests get", _answer.Text),
            ServedFacts.Count(_clients.Count),
        ];

    public Task Completion => _completion.Task;

    /// <summary>Listens at every URL of the profile.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    public static async Task<NatsServerSession> StartAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var listeners = new List<StreamListener>();
        var info = new ServerGreeting(new ServerGate(profile));
        try
        {
            foreach (var endpoint in profile.Endpoints)
            {
                var options = NatsWay.Of(profile) with
                {
                    // The greeting is in the clear, and says that TLS follows.
                    BeforeTls =
                        endpoint.Scheme.Carrier == Carrier.Tls
                            ? (stream, token) => stream.WriteAsync(info.Line(endpoint, clientNumber: 0), token).AsTask()
                            : null,
                };
                listeners.Add(
                    await StreamListener.BindAsync(endpoint, options, context, cancellationToken).ConfigureAwait(false)
                );
            }

            return new NatsServerSession(profile, context, listeners);
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
    )
    {
        ThrowIfEnded();
        return Task.FromResult(
            new SubscribeResult(
                IsAccepted: false,
                "a server receives all that its clients send; there is nothing to subscribe to"
            )
        );
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        var started = _context.Time.GetTimestamp();
        var replyTo = message.Options.Get(NatsSettings.ReplyTo);
        var count = _requests.Send(message, replyTo.Length == 0 ? null : replyTo, exchange: null);
        var text = count switch
        {
            0 => "no client subscribes to it",
            1 => "sent to 1 subscription",
            _ => $"sent to {count} subscriptions",
        };
        return Task.FromResult(new PublishResult(IsAccepted: true, text, _context.Time.GetElapsedTime(started)));
    }

    public T? Feature<T>()
        where T : class =>
        typeof(T) == typeof(IBrowsable) ? _browser as T
        : typeof(T) == typeof(IRequests) ? _requests as T
        : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            await _completion.Task.ConfigureAwait(false);
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            await listener.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _isDisposed) != 0)
            throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.");
    }

    private async Task ServeAsync(Endpoint endpoint, PeerStream peer)
    {
        var client = new ServedNatsClient(Interlocked.Increment(ref _lastClient), peer, _context);
        if (endpoint.Scheme.Carrier != Carrier.Tls)
            client.Outbox.Add(
                Encoding.UTF8.GetString(new ServerGreeting(_gate).Line(endpoint, client.Number)).TrimEnd()
            );
        _clients.Add(client);
        var conversation = new ClientConversation(client, peer, _router, _gate, _context)
        {
            Published = (in ServedMessage message) => Take(client, message),
            Refused = _refusals.Add,
        };
        try
        {
            await conversation.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _clients.Remove(client);
        }
    }

    /// <summary>A client has sent a message: it is listed, and goes to those who subscribe.</summary>
    private void Take(ServedNatsClient client, in ServedMessage message)
    {
        var (headers, status) = message.Headers.IsEmpty
            ? ([], null)
            : NatsHeaderBlock.Read(new System.Buffers.ReadOnlySequence<byte>(message.Headers));
        client.CountIn(message.Payload.Length);
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Topic = message.Subject,
                Payload = message.Payload,
                Headers = headers,
                Details = new MessageDetails([
                    .. NatsDetails.OfLive(message.Subject, message.Subject, message.ReplyTo, status),
                    new Detail(NatsDetails.Peer, DetailValue.Of(client.Name)),
                ]),
            }
        );
        var receivers = _router.Send(message, client);
        if (message.ReplyTo is not { } replyTo)
            return;
        if (_answer.To(message) is { } answer)
            _router.Send(new ServedMessage(replyTo, ReplyTo: null, Headers: default, answer), from: null);
        else if (receivers == 0 && client.Options is { HasHeaders: true, WantsNoResponders: true })
            _router.Send(ServerGreeting.NobodyThere(replyTo), from: null);
    }
}
