using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.Streams;

/// <summary>Listens at one address for any protocol, takes TLS off where the URL asks for it, and serves each connection in a task of its own.</summary>
internal sealed class StreamListener : IAsyncDisposable
{
    /// <summary>Most connections at a time; further ones are closed at once.</summary>
    internal const int MaximumConnections = 10_000;

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly TcpListener _listener;
    private readonly StreamOptions _options;
    private readonly TlsServer? _tls;
    private readonly RefusalNotices _refusals;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, Socket> _served = new();
    private Task _accepting = Task.CompletedTask;
    private int _isDisposed;

    private StreamListener(
        TcpListener listener,
        Endpoint endpoint,
        StreamOptions options,
        TlsServer? tls,
        SessionContext context
    )
    {
        _listener = listener;
        _options = options;
        _tls = tls;
        _context = context;
        _refusals = new RefusalNotices(context);
        LocalEndPoint = (IPEndPoint)listener.LocalEndpoint;
        Endpoint = endpoint with { Port = LocalEndPoint.Port };
    }

    /// <summary>The address, with the real port where 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The URL, with the real port where 0 was asked for.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>What clients need to get in, and what they are shown.</summary>
    public IEnumerable<Fact> Facts =>
        _tls is null
            ? []
            :
            [
                new Fact("our certificate", _tls.Certificate.Summary(_context.Time.GetUtcNow())),
                new Fact(
                    "client certificates",
                    _tls.WantsClientCertificate ? "required, of an authority in tls.ca_file" : "not asked for"
                ),
            ];

    /// <summary>Binds the address; nothing is accepted before <see cref="Accept"/>.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="options">Certificates and keys.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The address cannot be listened at, or a file cannot be used.</exception>
    public static async Task<StreamListener> BindAsync(
        Endpoint endpoint,
        StreamOptions options,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var tls = endpoint.Scheme.Carrier.IsSecure ? TlsServer.Load(options.Tls) : null;
        var addresses = await TcpDialer.ResolveAsync(endpoint, context.Time, cancellationToken).ConfigureAwait(false);
        var address =
            addresses.FirstOrDefault(item => item.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        var listener = new TcpListener(address, endpoint.Port);
        try
        {
            listener.Start();
            return new StreamListener(listener, endpoint, options, tls, context);
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw CannotListen(endpoint, exception);
        }
    }

    /// <summary>Why an address cannot be listened at, in a sentence.</summary>
    public static TransportException CannotListen(Endpoint endpoint, SocketException exception)
    {
        var why = exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                "another program uses that port; stop it, or choose another port (0: any free one)",
            SocketError.AccessDenied => "ports below 1024 need more rights; choose a higher one",
            SocketError.AddressNotAvailable => "this machine has no such address; use 127.0.0.1 or 0.0.0.0",
            _ => exception.Message,
        };
        return new TransportException(FailureKind.Configuration, $"Cannot listen on {endpoint}: {why}.", exception);
    }

    /// <summary>Begins to accept.</summary>
    /// <param name="serve">Serves one connection until it ends; owns the stream.</param>
    public void Accept(Func<PeerStream, Task> serve) => _accepting = AcceptAsync(serve);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (var socket in _served.Values)
            socket.Dispose();
        await Task.WhenAll(_served.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<PeerStream, Task> serve)
    {
        var isFailing = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (isFailing)
                    await Task.Delay(s_pauseAfterFailure, _context.Time, _stop.Token).ConfigureAwait(false);
                var socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                isFailing = false;
                Serve(socket, serve);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception) when (!_stop.IsCancellationRequested)
            {
                // Out of descriptors, or a peer that was gone before it was accepted: others can still come.
                _context.Log.LogWarning("Accepting at {Address} failed: {Reason}", LocalEndPoint, exception.Message);
                isFailing = true;
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private void Serve(Socket socket, Func<PeerStream, Task> serve)
    {
        if (_served.Count >= MaximumConnections)
        {
            socket.Dispose();
            _refusals.Add(
                $"There are {MaximumConnections:N0} connections at {LocalEndPoint} already: a further one was refused."
            );
            return;
        }

        socket.NoDelay = true;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = ServeAsync(gate.Task, socket, serve);
        _served[task] = socket;
        _ = task.ContinueWith(
            done => _served.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        gate.SetResult();
    }

    private async Task ServeAsync(Task gate, Socket socket, Func<PeerStream, Task> serve)
    {
        await gate.ConfigureAwait(false);
        using (socket)
        {
            try
            {
                var peer = await WelcomeAsync(socket).ConfigureAwait(false);
                await using (peer.ConfigureAwait(false))
                    await serve(peer).ConfigureAwait(false);
            }
            catch (TransportException exception)
            {
                _refusals.Add(exception.Message);
            }
            catch (Exception exception)
                when (exception
                        is IOException
                            or SocketException
                            or ObjectDisposedException
                            or OperationCanceledException
                )
            {
                _context.Log.LogDebug("A connection at {Address} ended: {Reason}", LocalEndPoint, exception.Message);
            }
        }
    }

    /// <summary>The stream to a client once TLS is through.</summary>
    private async Task<PeerStream> WelcomeAsync(Socket socket)
    {
        var peer = new PeerStream
        {
            Stream = new NetworkStream(socket, ownsSocket: true),
            LocalEndPoint = socket.LocalEndPoint,
            RemoteEndPoint = socket.RemoteEndPoint,
        };
        if (_tls is not null && _options.BeforeTls is { } before)
            await before(peer.Stream, _stop.Token).ConfigureAwait(false);
        if (_tls is not null)
            peer = await SecureAsync(peer, _tls).ConfigureAwait(false);
        if (!Endpoint.Scheme.Carrier.IsWebSocket || _options.WebSocket is not { } carrier)
            return peer;
        var offer = new UpgradeOffer
        {
            Path = Endpoint.PathAndQuery.Length == 0 ? null : Endpoint.PathAndQuery,
            Subprotocols = carrier.Subprotocols,
        };
        var connection = await WebSocketUpgrade
            .AcceptAsync(peer.Stream, offer, WebSocketLimits.Default, _context.Time, _stop.Token)
            .ConfigureAwait(false);
        return peer with { Stream = new WebSocketStream(connection), WebSocket = connection.Upgrade };
    }

    private async Task<PeerStream> SecureAsync(PeerStream peer, TlsServer tls)
    {
        var secure = await tls.AuthenticateAsync(
                peer.Stream,
                peer.RemoteEndPoint?.ToString() ?? "of an unknown address",
                _options.ApplicationProtocols,
                _context.Time,
                _stop.Token
            )
            .ConfigureAwait(false);
        return peer with { Stream = secure, Tls = secure.Peer };
    }
}
