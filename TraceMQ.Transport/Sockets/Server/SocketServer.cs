using System.Net;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Framing;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Clients;

namespace TraceMQ.Transport.Sockets.Server;

/// <summary>A server of bare sockets. Every message of a client comes to the inbox under its address; what is published goes to one client or to all.</summary>
internal sealed class SocketServer : ISession
{
    private readonly SessionContext _context;
    private readonly StreamFraming _framing;
    private readonly bool _isHalfOpen;
    private readonly ServedClients<SocketClient> _clients;
    private readonly ClientBrowser<SocketClient> _browser;
    private readonly ClientMessages _messages;
    private readonly List<StreamListener> _streams = [];
    private readonly List<DatagramListener> _datagrams = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposeLock = new();
    private Task? _disposing;

    private SocketServer(Profile profile, SessionContext context)
    {
        _context = context;
        _framing = StreamFraming.Of(profile);
        _isHalfOpen = profile.Values.Get(SocketSettings.HalfOpen);
        _clients = new ServedClients<SocketClient>(context);
        _browser = new ClientBrowser<SocketClient>(_clients, [], context.Time);
        _messages = new ClientMessages(profile, context);
    }

    public Capabilities Capabilities =>
        Capabilities.Publish | Capabilities.Listen | Capabilities.Browse | Capabilities.Wire;

    public IReadOnlyList<string> ListensOn =>
        [
            .. _streams.Select(listener => listener.Endpoint.ToString()),
            .. _datagrams.Select(listener => listener.Endpoint.ToString()),
        ];

    public IReadOnlyList<Fact> Facts
    {
        get
        {
            IEnumerable<IPEndPoint> ends =
            [
                .. _streams.Select(listener => listener.LocalEndPoint),
                .. _datagrams.Select(listener => listener.LocalEndPoint),
            ];
            var facts = new List<Fact> { ServedFacts.OpenTo(ends) };
            if (_streams.Count > 0)
                facts.Add(new Fact("framing", _framing.Words));
            facts.AddRange(_streams.SelectMany(listener => listener.Facts).Distinct());
            facts.Add(new Fact("replies", _messages.Reply));
            facts.Add(ServedFacts.Count(_clients.Count));
            return facts;
        }
    }

    public Task Completion => _completion.Task;

    /// <summary>Listens at every URL of the profile.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    public static async Task<SocketServer> StartAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var server = new SocketServer(profile, context);
        try
        {
            foreach (var endpoint in profile.Endpoints)
                await server.BindAsync(endpoint, profile, cancellationToken).ConfigureAwait(false);
            foreach (var listener in server._streams)
                listener.Accept(server.ServeAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
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

    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        var one = message.Topic.Length == 0 ? null : _clients.Find(message.Topic);
        if (one is null && message.Topic.Length > 0)
            return new PublishResult(IsAccepted: false, $"no client {message.Topic} is connected", TimeSpan.Zero);
        // Both before anything is sent: what one kind of client cannot get, none gets.
        var stream = one is null ? _streams.Count > 0 : !one.IsDatagrams;
        var datagram = one is null ? _datagrams.Count > 0 : one.IsDatagrams;
        var toStreams = stream ? SocketOutgoing.OfStream(message, _framing) : null;
        var toSenders = datagram ? SocketOutgoing.OfDatagram(message) : null;
        var outgoing = (toStreams ?? toSenders)!;
        _messages.Post(Direction.Out, one?.Name ?? "", outgoing.Payload, SocketDetails.Of(one?.Name));
        return await _clients
            .SendAsync(
                message.Topic,
                outgoing.Bytes.Length,
                client => client.SendAsync((client.IsDatagrams ? toSenders : toStreams)!, CancellationToken.None),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        Task disposing;
        lock (_disposeLock)
            disposing = _disposing ??= EndAsync();
        await disposing.ConfigureAwait(false);
    }

    private async Task BindAsync(Endpoint endpoint, Profile profile, CancellationToken cancellationToken)
    {
        if (endpoint.Scheme.Carrier == Carrier.Udp)
            _datagrams.Add(
                await DatagramListener
                    .BindAsync(endpoint, _clients, _messages, _context, cancellationToken)
                    .ConfigureAwait(false)
            );
        else
            _streams.Add(
                await StreamListener
                    .BindAsync(
                        endpoint,
                        new StreamOptions { Tls = TlsOptions.Of(profile) },
                        _context,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            );
    }

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _disposing) is not null)
            throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.");
    }

    private async Task ServeAsync(PeerStream peer)
    {
        var client = new StreamClient(peer, _framing, _context);
        _clients.Add(client);
        try
        {
            await client.RunAsync(_messages, _isHalfOpen, _stop.Token).ConfigureAwait(false);
            _context.Log.LogDebug("{Client} has gone", client.Name);
        }
        catch (TransportException exception) when (exception.Kind == FailureKind.Lost)
        {
            // Clients come and go; only what one did wrong is worth a notice.
            _context.Log.LogDebug("{Client} was lost: {Reason}", client.Name, exception.Message);
        }
        finally
        {
            _clients.Remove(client);
            await client.Queue.Sending.ConfigureAwait(false);
        }
    }

    private async Task EndAsync()
    {
        // Whoever called holds the lock until the first wait.
        await Task.Yield();
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _streams)
            await listener.DisposeAsync().ConfigureAwait(false);
        foreach (var listener in _datagrams)
            await listener.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }
}
