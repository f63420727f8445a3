using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>
/// DTLS 1.2 for many clients at one address. Until a client has echoed the cookie that was sent to its address (RFC 6347, 4.2.1), nothing
/// of it is kept; then it has a thread of its own, of which there is a bounded number.
/// </summary>
internal sealed class DtlsListener : IDatagramListener
{
    private const int MostWaiting = 1024;
    private const int WaitMilliseconds = 60_000;

    private readonly IDatagramListener _inner;
    private readonly DtlsOptions _options;
    private readonly SessionContext _context;
    private readonly BcTlsCrypto _crypto = new(new SecureRandom());
    private readonly DtlsVerifier _verifier;
    private readonly DtlsCredentials? _credentials;
    private readonly X509Certificate2Collection? _authorities;
    private readonly RefusalNotices _refusals;
    private readonly ConcurrentDictionary<IPEndPoint, DtlsClient> _clients = new();
    private readonly ConcurrentDictionary<DtlsClient, Task> _running = new();
    private readonly Channel<(IPEndPoint Peer, byte[] Datagram)> _outgoing = Bounded();
    private readonly Channel<(IPEndPoint Peer, byte[] Datagram)> _incoming = Bounded();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private readonly Task _receiving;
    private int _isDisposed;

    private DtlsListener(
        IDatagramListener inner,
        DtlsOptions options,
        DtlsCredentials? credentials,
        X509Certificate2Collection? authorities,
        SessionContext context
    )
    {
        _inner = inner;
        _options = options;
        _context = context;
        _verifier = new DtlsVerifier(_crypto);
        _credentials = credentials;
        _authorities = authorities;
        _refusals = new RefusalNotices(context, "turned away");
        _sending = Task.Run(SendAllAsync);
        _receiving = Task.Run(ReceiveAllAsync);
    }

    public Endpoint Endpoint => _inner.Endpoint;

    public IPEndPoint LocalEndPoint => _inner.LocalEndPoint;

    /// <summary>How many clients there are, handshakes included.</summary>
    public int Count => _clients.Count;

    /// <summary>How many threads there are.</summary>
    public int Threads => _running.Count;

    public IReadOnlyList<Fact> Facts
    {
        get
        {
            var facts = new List<Fact>
            {
                new(
                    "encryption",
                    _options.Key is null ? "DTLS 1.2" : $"DTLS 1.2, pre-shared key of \"{_options.Key.Identity}\""
                ),
            };
            if (_credentials is not null)
                facts.Add(new Fact("certificate", _credentials.Leaf.Summary(_context.Time.GetUtcNow())));
            if (_authorities is not null)
                facts.Add(new Fact("clients need", "a certificate of an authority in tls.ca_file"));
            return facts;
        }
    }

    /// <summary>Reads the files and begins; the result owns the listener inside, which on failure is disposed.</summary>
    /// <exception cref="TransportException">A file cannot be used.</exception>
    public static async Task<DtlsListener> StartAsync(
        IDatagramListener inner,
        DtlsOptions options,
        SessionContext context
    )
    {
        try
        {
            var credentials = DtlsCredentials.Load(new BcTlsCrypto(new SecureRandom()), options.Tls);
            var authorities = options.Tls.CaFile is { } file ? CertificateFiles.LoadAuthorities(file) : null;
            return new DtlsListener(inner, options, credentials, authorities, context);
        }
        catch
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var (peer, datagram) = await _incoming.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var length = Math.Min(datagram.Length, buffer.Length);
            datagram.AsMemory(0, length).CopyTo(buffer);
            return new ReceivedDatagram(peer, length);
        }
        catch (ChannelClosedException exception)
        {
            throw new TransportException(FailureKind.Lost, "The server is stopped: start it again.", exception);
        }
    }

    public ValueTask SendAsync(EndPoint peer, ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken)
    {
        if (peer is IPEndPoint address && _clients.TryGetValue(address, out var client))
            client.Send(datagram.Span);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        foreach (var client in _clients.Values)
            client.Close();
        await Task.WhenAll(_running.Values).ConfigureAwait(false);
        _outgoing.Writer.TryComplete();
        await _sending.ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static Channel<(IPEndPoint Peer, byte[] Datagram)> Bounded() =>
        Channel.CreateBounded<(IPEndPoint Peer, byte[] Datagram)>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite }
        );

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (
                var (peer, datagram) in _outgoing.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)
            )
                await _inner.SendAsync(peer, datagram, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TransportException)
        {
            // The listener inside is over, which receiving says too.
        }
    }

    private async Task ReceiveAllAsync()
    {
        var buffer = new byte[ushort.MaxValue];
        try
        {
            while (true)
            {
                var (peer, length) = await _inner.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                Take((IPEndPoint)peer, buffer.AsSpan(0, length));
            }
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            _incoming.Writer.TryComplete();
        }
    }

    private void Take(IPEndPoint peer, ReadOnlySpan<byte> datagram)
    {
        var isHello = DtlsRecords.IsClientHello(datagram);
        if (_clients.TryGetValue(peer, out var client) && (!isHello || client.IsRepeated(datagram)))
        {
            client.LastHeard = _context.Time.GetTimestamp();
            client.Add(datagram.ToArray());
            return;
        }

        if (!isHello)
            return;
        var progress = new DtlsProgress(peer.ToString(), _context);
        var sender = new DtlsQueue(bytes =>
        {
            progress.Saw(Direction.Out, bytes);
            _outgoing.Writer.TryWrite((peer, bytes));
        });
        if (
            _verifier.VerifyRequest(
                IdOf(peer),
                datagram.ToArray(),
                0,
                datagram.Length,
                new CookieSender(peer, _outgoing.Writer)
            )
            is not { } request
        )
            return;
        // The cookie came from there, so it is no forgery: a client that began anew has no use for what it had (RFC 6347, 4.2.8).
        client?.Close();
        if (client is null && _clients.Count >= _options.MaximumSessions)
            DropIdlest();
        progress.Saw(Direction.In, datagram.ToArray());
        Begin(
            new DtlsClient(peer, datagram, sender, progress) { LastHeard = _context.Time.GetTimestamp() },
            request,
            progress
        );
    }

    // Handshakes that lead nowhere go first: whoever came in stays, however many knock.
    private void DropIdlest()
    {
        var idlest = _clients.Values.MinBy(client => (client.IsEstablished, client.LastHeard));
        if (idlest is null || !_clients.TryRemove(new KeyValuePair<IPEndPoint, DtlsClient>(idlest.Peer, idlest)))
            return;
        idlest.Close();
        _refusals.Add(
            $"The client {idlest.Peer} was closed to make room: there are {_options.MaximumSessions} already."
        );
    }

    private void Begin(DtlsClient client, DtlsRequest request, DtlsProgress progress)
    {
        _clients[client.Peer] = client;
        var check = _authorities is null
            ? null
            : new DtlsPeerCheck($"the client {client.Peer}", name: null, _authorities, _context.Time);
        var side = new DtlsServerSide(_crypto, _options, _credentials, check);
        var work = new Task(() => Serve(client, request, side, check, progress), TaskCreationOptions.LongRunning);
        _running[client] = work;
        work.Start(TaskScheduler.Default);
    }

    private void Serve(
        DtlsClient client,
        DtlsRequest request,
        DtlsServerSide side,
        DtlsPeerCheck? check,
        DtlsProgress progress
    )
    {
        try
        {
            var transport = new DtlsServerProtocol { VerifyRequests = true }.Accept(side, client.Queue, request);
            client.Establish(transport);
            var buffer = new byte[transport.GetReceiveLimit()];
            while (true)
            {
                var length = transport.Receive(buffer.AsSpan(), WaitMilliseconds);
                if (length >= 0)
                    _incoming.Writer.TryWrite((client.Peer, buffer.AsSpan(0, length).ToArray()));
            }
        }
        catch (IOException exception)
        {
            var wasReplaced = !_clients.TryGetValue(client.Peer, out var current) || current != client;
            if (!client.IsEstablished && !wasReplaced && !_stop.IsCancellationRequested)
                _refusals.Add(DtlsFailures.OfServer(client.Peer.ToString(), side, check, progress, exception));
        }
        finally
        {
            client.Close();
            _clients.TryRemove(new KeyValuePair<IPEndPoint, DtlsClient>(client.Peer, client));
            _running.TryRemove(client, out _);
        }
    }

    private static byte[] IdOf(IPEndPoint peer) =>
        [.. peer.Address.GetAddressBytes(), (byte)(peer.Port >> 8), (byte)peer.Port];

    private sealed class CookieSender(IPEndPoint peer, ChannelWriter<(IPEndPoint Peer, byte[] Datagram)> outgoing)
        : DatagramSender
    {
        public int GetSendLimit() => 1400;

        public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

        public void Send(ReadOnlySpan<byte> buffer) => outgoing.TryWrite((peer, buffer.ToArray()));
    }
}
