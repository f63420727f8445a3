using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams;

/// <summary>Listens at one address for any protocol, and serves each connection in a task of its own.</summary>
internal sealed class StreamListener : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly TcpListener _listener;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, Socket> _served = new();
    private Task _accepting = Task.CompletedTask;
    private int _isDisposed;

    private StreamListener(TcpListener listener, Endpoint endpoint, SessionContext context)
    {
        _listener = listener;
        _context = context;
        LocalEndPoint = (IPEndPoint)listener.LocalEndpoint;
        Endpoint = endpoint with { Port = LocalEndPoint.Port };
    }

    /// <summary>The address, with the real port where 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The URL, with the real port where 0 was asked for.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Binds the address; nothing is accepted before <see cref="Accept"/>.</summary>
    /// <exception cref="TransportException">The address cannot be listened at.</exception>
    public static async Task<StreamListener> BindAsync(
        Endpoint endpoint,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var addresses = await TcpDialer.ResolveAsync(endpoint, context.Time, cancellationToken).ConfigureAwait(false);
        var address =
            addresses.FirstOrDefault(item => item.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        var listener = new TcpListener(address, endpoint.Port);
        try
        {
            listener.Start();
            return new StreamListener(listener, endpoint, context);
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            var why = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    "another program uses that port; stop it, or choose another port (0: any free one)",
                SocketError.AccessDenied => "ports below 1024 need more rights; choose a higher one",
                SocketError.AddressNotAvailable => "this machine has no such address; use 127.0.0.1 or 0.0.0.0",
                _ => exception.Message,
            };
            throw new TransportException(FailureKind.Configuration, $"Cannot listen on {endpoint}: {why}.", exception);
        }
    }

    /// <summary>Begins to accept.</summary>
    /// <param name="serve">Serves one connection until it ends; owns the stream.</param>
    public void Accept(Func<NetworkStream, Task> serve) => _accepting = AcceptAsync(serve);

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

    private async Task AcceptAsync(Func<NetworkStream, Task> serve)
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

    private void Serve(Socket socket, Func<NetworkStream, Task> serve)
    {
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

    private async Task ServeAsync(Task gate, Socket socket, Func<NetworkStream, Task> serve)
    {
        await gate.ConfigureAwait(false);
        using (socket)
        {
            try
            {
                await serve(new NetworkStream(socket, ownsSocket: true)).ConfigureAwait(false);
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
}
