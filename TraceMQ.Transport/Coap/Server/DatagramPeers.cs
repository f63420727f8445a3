using System.Net;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>
/// Serves whoever sends datagrams to one address. Only a well-formed message makes a peer; when there are too many, those that were silent
/// for longest and observe nothing are forgotten.
/// </summary>
internal sealed class DatagramPeers : IAsyncDisposable
{
    private const int MaximumDatagram = 65_535;

    // Sorting once for many newcomers keeps a flood of made-up addresses cheap.
    private const int ForgottenShare = 4;

    private readonly Dictionary<EndPoint, Known> _peers = [];
    private readonly Lock _lock = new();
    private readonly IDatagramListener _listener;
    private readonly IDatagramListener _answers;
    private readonly ServedPeers _served;
    private readonly SeenMessages _seen;
    private readonly PacketLog _packets;
    private readonly string _carrier;
    private readonly bool _isGroup;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;
    private int _isDisposed;

    /// <param name="listener">Where datagrams come; owned.</param>
    /// <param name="carrier">In a word: <c>UDP</c>, <c>DTLS</c>.</param>
    /// <param name="served">What all peers share.</param>
    /// <param name="group">Not null: requests to a group come at <paramref name="listener"/>, and are answered from here.</param>
    public DatagramPeers(
        IDatagramListener listener,
        string carrier,
        ServedPeers served,
        IDatagramListener? group = null
    )
    {
        _listener = listener;
        _answers = group ?? listener;
        _isGroup = group is not null;
        _carrier = carrier;
        _served = served;
        _seen = new SeenMessages(served.Parameters.ExchangeLifetime, served.Context.Time);
        _packets = new PacketLog(served.Context);
        _receiving = ReceiveAsync();
    }

    public IDatagramListener Listener => _listener;

    public IReadOnlyList<ServedPeer> All
    {
        get
        {
            lock (_lock)
                return [.. _peers.Values.Select(item => item.Peer)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        var buffer = new byte[MaximumDatagram];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await _listener.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                await TakeAsync(received.Peer, buffer.AsMemory(0, received.Length).ToArray()).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TransportException exception)
            {
                // Only a listener that is over fails; sending to a peer that is gone is no error.
                _served.Context.Log.LogDebug(
                    "Receiving at {Address} ended: {Reason}",
                    _listener.LocalEndPoint,
                    exception.Message
                );
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Of one datagram: the others still come.
                _served.Context.Log.LogError(
                    exception,
                    "A datagram at {Address} was not served",
                    _listener.LocalEndPoint
                );
            }
        }
    }

    private async ValueTask TakeAsync(EndPoint address, ReadOnlyMemory<byte> datagram)
    {
        if (_served.Loss.Loses(Direction.In))
        {
            _packets
                .For(address.ToString()!)
                .RecordBad(Direction.In, datagram, "lost", "thrown away by the loss simulator");
            return;
        }

        var read = DatagramCodec.Read(datagram);
        var known = Find(address);
        if (known is null && read.Verdict != DatagramVerdict.Message)
        {
            await RejectAsync(address, read, datagram).ConfigureAwait(false);
            return;
        }

        // Whoever was never here is not answering us.
        if (known is null && read.Type is CoapType.Acknowledgement or CoapType.Reset)
            return;
        // Requests to a group are not confirmable (RFC 7252, section 8.1).
        if (_isGroup && read.Type != CoapType.NonConfirmable)
            return;
        known ??= Add(address);
        known.Peer.Heard();
        await known.Layer.ReceiveAsync(read, datagram, _stop.Token).ConfigureAwait(false);
    }

    /// <summary>What is no message, of somebody who has never sent one: a reset where one is due, and nothing is kept (RFC 7252, section 4.2).</summary>
    private async ValueTask RejectAsync(EndPoint address, DatagramRead read, ReadOnlyMemory<byte> datagram)
    {
        var packets = _packets.For(address.ToString()!);
        if (read.Verdict == DatagramVerdict.Ignored)
        {
            packets.RecordBad(Direction.In, datagram, "ignored", read.Problem);
            return;
        }

        packets.RecordBad(Direction.In, datagram, $"{read.Type.Short} bad", read.Problem);
        if (read.Type != CoapType.Confirmable || _isGroup)
            return;
        var reset = CoapMessage.EmptyOf(CoapType.Reset, read.MessageId);
        var bytes = DatagramCodec.Write(reset);
        packets.Record(Direction.Out, bytes, reset, isStream: false, null);
        await _answers.SendAsync(address, bytes, _stop.Token).ConfigureAwait(false);
    }

    private Known? Find(EndPoint address)
    {
        lock (_lock)
            return _peers.GetValueOrDefault(address);
    }

    private Known Add(EndPoint address)
    {
        var name = address.ToString()!;
        var peer = _served.NewPeer(name, _carrier, _isGroup);
        var packets = _packets.For(name);
        var layer = new MessageLayer(
            _served.Parameters,
            (datagram, token) => SendAsync(address, datagram, packets, token),
            peer,
            _seen,
            peer,
            packets,
            _served.Context
        );
        peer.Link = layer;
        var known = new Known(peer, layer);
        lock (_lock)
        {
            if (_peers.Count >= _served.Limits.Peers)
                ForgetSome();
            _peers[address] = known;
        }

        return known;
    }

    private ValueTask SendAsync(
        EndPoint address,
        ReadOnlyMemory<byte> datagram,
        PacketLog packets,
        CancellationToken cancellationToken
    )
    {
        if (!_served.Loss.Loses(Direction.Out))
            return _answers.SendAsync(address, datagram, cancellationToken);
        packets.RecordBad(Direction.Out, datagram, "lost", "thrown away by the loss simulator");
        return ValueTask.CompletedTask;
    }

    private void ForgetSome()
    {
        var observing = _served.Observers.All.Select(observer => observer.Peer).ToHashSet();
        var silent = _peers
            .OrderBy(item => observing.Contains(item.Value.Peer))
            .ThenBy(item => item.Value.Peer.LastHeard)
            .Take(Math.Max(1, _peers.Count / ForgottenShare))
            .ToList();
        foreach (var (address, known) in silent)
        {
            _peers.Remove(address);
            _served.Observers.Remove(known.Peer);
            known.Layer.Fail(
                new TransportException(FailureKind.Lost, $"{address} was forgotten: too many others came.")
            );
        }
    }

    private sealed record Known(ServedPeer Peer, MessageLayer Layer);
}
