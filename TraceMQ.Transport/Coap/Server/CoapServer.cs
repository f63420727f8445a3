using System.Net;
using System.Text;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Security.Dtls;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Clients;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>A CoAP server of our own. Every request and its answer come to the inbox; what is published changes a resource as a client's request would.</summary>
internal sealed class CoapServer : ISession
{
    private readonly SessionContext _context;
    private readonly Resources _resources;
    private readonly Observers _observers;
    private readonly LaterAnswers _later;
    private readonly CoapService _service;
    private readonly ServedRows _rows;
    private readonly ServedPeers _served;
    private readonly ServerLimits _limits;
    private readonly ServerBrowser _browser;
    private readonly List<DatagramPeers> _datagrams = [];
    private readonly List<DatagramPeers> _groups = [];
    private readonly List<StreamPeers> _streams = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposeLock = new();
    private Task? _disposing;

    private CoapServer(Profile profile, ServerLimits limits, SessionContext context)
    {
        _context = context;
        _limits = limits with { Body = (int)profile.Values.Get(CoapSettings.MaxBody) };
        var parameters = CoapSettings.Transmission(profile);
        var blockSize = CoapSettings.BlockSizeOf(profile);
        _resources = new Resources(_limits, context.Time);
        _observers = new Observers(_limits, profile.Values.Get(CoapSettings.Confirmable), blockSize, context);
        _later = new LaterAnswers(_limits.Delayed, context);
        _service = new CoapService(_resources, _observers, _later, _limits, parameters, blockSize, context);
        _rows = new ServedRows(context);
        _served = new ServedPeers(_service, _observers, _limits, parameters, context);
        _browser = new ServerBrowser(_resources, _observers, _service, _served, () => Peers, context.Time);
        foreach (var (path, content) in profile.Values.Get(CoapSettings.Resources))
            _resources.TryPut(path, Encoding.UTF8.GetBytes(content), ContentFormats.Text, _ => true, out _, out _);
    }

    public Capabilities Capabilities =>
        Capabilities.Publish
        | Capabilities.Headers
        | Capabilities.Listen
        | Capabilities.Browse
        | Capabilities.Wire
        | Capabilities.Timeline;

    public IReadOnlyList<string> ListensOn =>
        [
            .. _datagrams.Select(peers => peers.Listener.Endpoint.ToString()),
            .. _streams.Select(peers => peers.Listener.Endpoint.ToString()),
        ];

    public IReadOnlyList<Fact> Facts
    {
        get
        {
            var ends = _datagrams
                .Select(peers => peers.Listener.LocalEndPoint)
                .Concat(_streams.Select(peers => peers.Listener.LocalEndPoint));
            var facts = new List<Fact> { new("protocol", "CoAP (RFC 7252)"), ServedFacts.OpenTo(ends) };
            facts.AddRange(_datagrams.SelectMany(peers => peers.Listener.Facts).Distinct());
            facts.AddRange(_streams.SelectMany(peers => peers.Listener.Facts).Distinct());
            facts.AddRange(
                _groups.Select(peers => new Fact("answers the group", peers.Listener.LocalEndPoint.Address.ToString()))
            );
            facts.Add(new Fact("resources", _resources.Count.ToString("N0")));
            facts.Add(new Fact("observers", _observers.All.Count.ToString("N0")));
            facts.Add(ServedFacts.Count(Peers.Count));
            if (_served.Loss.IsOn)
                facts.Add(LossSettings.FactOf(_served.Loss));
            return facts;
        }
    }

    public Task Completion => _completion.Task;

    private IReadOnlyList<ServedPeer> Peers =>
        [.. _datagrams.Concat(_groups).SelectMany(peers => peers.All), .. _streams.SelectMany(peers => peers.All)];

    /// <summary>Listens at every URL of the profile.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    public static Task<CoapServer> StartAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) => StartAsync(profile, new ServerLimits(), context, cancellationToken);

    /// <summary>Listens with limits of one's own.</summary>
    /// <exception cref="TransportException">An address cannot be listened at.</exception>
    internal static async Task<CoapServer> StartAsync(
        Profile profile,
        ServerLimits limits,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var server = new CoapServer(profile, limits, context);
        try
        {
            foreach (var endpoint in profile.Endpoints)
                await server.BindAsync(profile, endpoint, cancellationToken).ConfigureAwait(false);
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
                "a server lists every request that comes; there is nothing to subscribe to"
            )
        );
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = CoapOutgoing.Of(message, "/");
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        if (outgoing.Request.Payload.Length > _limits.Body)
            throw new TransportException(
                FailureKind.Configuration,
                $"The payload is larger than {Quantity.FormatSize(_limits.Body)}: raise coap.max_body, or send less."
            );
        var started = _context.Time.GetTimestamp();
        _rows.Changed(outgoing.Request, _context.NextExchange());
        var outcome = _service.Do(outgoing.Request, out var told);
        var text = CoapWords.Of(new CoapReply(outcome.Response, TimeSpan.Zero, 1));
        return Task.FromResult(
            new PublishResult(
                outcome.Response.Code.IsSuccess,
                told == 0 ? text : $"{text}; {told:N0} {(told == 1 ? "observer is" : "observers are")} told",
                _context.Time.GetElapsedTime(started)
            )
        );
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

    private async Task BindAsync(Profile profile, Endpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Scheme.Carrier is not (Carrier.Udp or Carrier.Dtls))
        {
            _streams.Add(
                await StreamPeers.BindAsync(profile, endpoint, _served, cancellationToken).ConfigureAwait(false)
            );
            return;
        }

        var group = endpoint.Scheme.Carrier == Carrier.Udp ? profile.Values.Get(CoapSettings.Group) : "";
        IDatagramListener listener = await UdpListener
            .BindAsync(endpoint, isWithGroup: group.Length > 0, _context.Time, cancellationToken)
            .ConfigureAwait(false);
        if (endpoint.Scheme.Carrier == Carrier.Dtls)
        {
            var options = new DtlsOptions(TlsOptions.Of(profile), CoapSettings.KeyOf(profile));
            listener = await DtlsListener.StartAsync(listener, options, _context).ConfigureAwait(false);
            _datagrams.Add(new DatagramPeers(listener, "DTLS", _served));
            return;
        }

        _datagrams.Add(new DatagramPeers(listener, "UDP", _served));
        if (IPAddress.TryParse(group, out var address) && address.AddressFamily == listener.LocalEndPoint.AddressFamily)
            _groups.Add(new DatagramPeers(UdpListener.BindGroup(listener, address), "UDP", _served, listener));
    }

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _disposing) is not null)
            throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.");
    }

    private async Task EndAsync()
    {
        // Whoever called holds the lock until the first wait.
        await Task.Yield();
        await _observers.DisposeAsync().ConfigureAwait(false);
        await _later.DisposeAsync().ConfigureAwait(false);
        foreach (var peers in _groups.Concat(_datagrams))
            await peers.DisposeAsync().ConfigureAwait(false);
        foreach (var peers in _streams)
            await peers.DisposeAsync().ConfigureAwait(false);
        _completion.TrySetResult();
    }
}
