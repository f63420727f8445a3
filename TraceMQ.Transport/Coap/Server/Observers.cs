using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Who observes what, bounded; tells them of changes.</summary>
internal sealed class Observers : IAsyncDisposable
{
    // A notification that has to be acknowledged now and then finds out who is gone (RFC 7641, section 4.5).
    private const int ConfirmedEvery = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(ServedPeer Peer, CoapToken Token), Observer> _items = [];
    private readonly ServerLimits _limits;
    private readonly SessionContext _context;
    private readonly bool _isConfirmable;
    private readonly int _blockSize;
    private readonly CancellationTokenSource _stop = new();

    public Observers(ServerLimits limits, bool isConfirmable, int blockSize, SessionContext context)
    {
        _limits = limits;
        _isConfirmable = isConfirmable;
        _blockSize = blockSize;
        _context = context;
    }

    public IReadOnlyList<Observer> All
    {
        get
        {
            lock (_lock)
                return [.. _items.Values];
        }
    }

    public IReadOnlyList<Observer> Of(string path)
    {
        lock (_lock)
            return [.. _items.Values.Where(item => item.Path == path)];
    }

    /// <summary>Takes an observer on, or takes its registration anew.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="request">Its registration.</param>
    /// <param name="exchange">What its packets belong to.</param>
    /// <param name="format">Of the first answer, which stays that of all.</param>
    /// <returns>False where there are too many: the answer then says nothing of observing.</returns>
    public bool TryAdd(ServedPeer peer, CoapMessage request, ExchangeId exchange, int? format)
    {
        var observer = new Observer(
            peer,
            request,
            exchange,
            _isConfirmable && !peer.Link.IsReliable,
            _context.Time.GetTimestamp()
        )
        {
            Format = format,
        };
        lock (_lock)
        {
            Drop(peer, request.Token);
            if (_items.Count >= _limits.Observers || _stop.IsCancellationRequested)
                return false;
            _items[(peer, request.Token)] = observer;
        }

        observer.Telling = TellAsync(observer);
        return true;
    }

    public void Remove(ServedPeer peer, CoapToken token)
    {
        lock (_lock)
            Drop(peer, token);
    }

    /// <summary>Forgets an observer, and not the one that has taken its place by registering again.</summary>
    public void Remove(Observer observer)
    {
        lock (_lock)
        {
            if (_items.GetValueOrDefault((observer.Peer, observer.Request.Token)) == observer)
                Drop(observer.Peer, observer.Request.Token);
        }
    }

    /// <summary>The peer is gone, or forgotten.</summary>
    public void Remove(ServedPeer peer)
    {
        lock (_lock)
        {
            foreach (var observer in _items.Values.Where(item => item.Peer == peer).ToList())
                Drop(peer, observer.Request.Token);
        }
    }

    /// <summary>A notification was not wanted.</summary>
    public void Reset(ServedPeer peer, ushort id)
    {
        lock (_lock)
        {
            if (_items.Values.FirstOrDefault(item => item.Peer == peer && item.Sends(id)) is { } observer)
                Drop(peer, observer.Request.Token);
        }
    }

    /// <summary>A resource has changed.</summary>
    /// <returns>How many are told.</returns>
    public int Tell(Resource resource)
    {
        var observers = Of(resource.Path);
        foreach (var observer in observers)
        {
            if (observer.Format != resource.Format)
            {
                // What was asked for is not there any more in this format (RFC 7641, section 4.2).
                End(observer, CoapCode.NotAcceptable);
                continue;
            }

            var content = Answers.Content(resource);
            var asked = observer.Request.Options.Block(OptionNumber.Block2);
            var first = Answers.Cut(
                content,
                asked is { } block ? block with { Number = 0, IsMore = false } : null,
                _blockSize,
                observer.Peer.Link
            );
            observer.Queue.Writer.TryWrite(
                first with
                {
                    Options = first.Options.With(CoapOption.Of(OptionNumber.Observe, resource.Sequence)),
                }
            );
        }

        return observers.Count;
    }

    /// <summary>A resource is not there any more: its observers are told, and are none any more (section 4.2).</summary>
    /// <returns>How many are told.</returns>
    public int TellGone(string path)
    {
        var observers = Of(path);
        foreach (var observer in observers)
        {
            End(observer, CoapCode.NotFound);
        }

        return observers.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        var all = All;
        foreach (var observer in all)
            await observer.Telling.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static void End(Observer observer, CoapCode code)
    {
        observer.Queue.Writer.TryWrite(Answers.Of(code));
        observer.Queue.Writer.TryComplete();
    }

    private void Drop(ServedPeer peer, CoapToken token)
    {
        if (_items.Remove((peer, token), out var observer))
            observer.Queue.Writer.TryComplete();
    }

    private async Task TellAsync(Observer observer)
    {
        // Whoever answers the registration must not wait.
        await Task.Yield();
        try
        {
            await foreach (var notification in observer.Queue.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (!await SendAsync(observer, notification).ConfigureAwait(false))
                    break;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or TransportException or IOException)
        {
            // The server stops, or the peer is gone.
        }

        Remove(observer);
    }

    private async Task<bool> SendAsync(Observer observer, CoapMessage notification)
    {
        var isConfirmed =
            observer.IsConfirmable
            || !notification.Code.IsSuccess
            || observer.Sent % ConfirmedEvery == ConfirmedEvery - 1;
        var delivery = observer.Peer.Link.SendAsync(
            notification with
            {
                Type = isConfirmed ? CoapType.Confirmable : CoapType.NonConfirmable,
                Token = observer.Request.Token,
            },
            new SendOptions(observer.Exchange, observer.Note),
            _stop.Token
        );
        return (await delivery.ConfigureAwait(false)).Outcome is DeliveryOutcome.Sent or DeliveryOutcome.Acknowledged;
    }
}
