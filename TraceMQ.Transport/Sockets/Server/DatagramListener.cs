using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Clients;

namespace TraceMQ.Transport.Sockets.Server;

/// <summary>Receives datagrams at one address and tells their senders apart. They are forgotten when too many have come: the longest silent one first.</summary>
internal sealed class DatagramListener : IAsyncDisposable
{
    /// <summary>Most senders that are told apart at a time.</summary>
    internal const int MaximumSenders = 1_000;

    private readonly Socket _socket;
    private readonly SessionContext _context;
    private readonly ServedClients<SocketClient> _clients;
    private readonly ClientMessages _messages;
    private readonly SocketWire _wire;
    private readonly RefusalNotices _failures;
    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, DatagramSender> _senders = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;
    private int _isDisposed;

    private DatagramListener(
        Socket socket,
        Endpoint endpoint,
        ServedClients<SocketClient> clients,
        ClientMessages messages,
        SessionContext context
    )
    {
        _socket = socket;
        _clients = clients;
        _messages = messages;
        _context = context;
        _wire = new SocketWire(context, isDatagrams: true);
        _failures = new RefusalNotices(context, "not answered");
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        Endpoint = endpoint with { Port = LocalEndPoint.Port };
        _receiving = ReceiveAsync();
    }

    /// <summary>The address, with the real port where 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The URL, with the real port where 0 was asked for.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Binds the address and begins to receive.</summary>
    /// <exception cref="TransportException">The address cannot be listened at.</exception>
    public static async Task<DatagramListener> BindAsync(
        Endpoint endpoint,
        ServedClients<SocketClient> clients,
        ClientMessages messages,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var addresses = await TcpDialer.ResolveAsync(endpoint, context.Time, cancellationToken).ConfigureAwait(false);
        var address =
            addresses.FirstOrDefault(item => item.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = 1 << 20,
        };
        try
        {
            socket.Bind(new IPEndPoint(address, endpoint.Port));
            return new DatagramListener(socket, endpoint, clients, messages, context);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw StreamListener.CannotListen(endpoint, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        var buffer = new byte[64 * 1024];
        var anybody = new IPEndPoint(
            _socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
            0
        );
        while (true)
        {
            try
            {
                var received = await _socket
                    .ReceiveFromAsync(buffer, SocketFlags.None, anybody, _stop.Token)
                    .ConfigureAwait(false);
                await TakeAsync((IPEndPoint)received.RemoteEndPoint, buffer.AsSpan(0, received.ReceivedBytes).ToArray())
                    .ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Of one datagram, or of one sender: others can still come.
                _context.Log.LogDebug("Receiving at {Address} failed: {Reason}", LocalEndPoint, exception.Message);
            }
        }
    }

    private async ValueTask TakeAsync(IPEndPoint address, byte[] payload)
    {
        var sender = SenderOf(address);
        sender.CountIn(payload.Length);
        _wire.Passed(Direction.In, sender.Name, payload);
        var details = SocketDetails.Of(sender.Name);
        _messages.Post(Direction.In, sender.Name, payload, details);
        if (_messages.AnswerTo(payload) is not { } answer)
            return;
        _messages.Post(Direction.Out, sender.Name, answer, details);
        try
        {
            SocketOutgoing.CheckDatagram(answer.Length);
            await sender
                .SendAsync(new SocketOutgoing(answer, answer, HalfCloses: false), _stop.Token)
                .ConfigureAwait(false);
            sender.CountOut(answer.Length);
        }
        catch (Exception exception) when (exception is SocketException or TransportException)
        {
            var reason = exception is SocketException ? SocketFailures.Of(sender.Name, exception) : exception;
            _failures.Add(reason.Message);
        }
    }

    private DatagramSender SenderOf(IPEndPoint address)
    {
        var now = _context.Time.GetTimestamp();
        DatagramSender? silent = null;
        lock (_lock)
        {
            if (_senders.TryGetValue(address, out var known))
            {
                known.LastHeard = now;
                return known;
            }

            if (_senders.Count >= MaximumSenders)
                silent = _senders.Values.MinBy(sender => sender.LastHeard);
        }

        if (silent is not null)
            Forget(silent);
        var sender = new DatagramSender(_socket, address, _wire, now, Forget);
        lock (_lock)
            _senders[address] = sender;
        _clients.Add(sender);
        return sender;
    }

    private void Forget(DatagramSender sender)
    {
        lock (_lock)
            _senders.Remove(sender.Address);
        _clients.Remove(sender);
    }
}
