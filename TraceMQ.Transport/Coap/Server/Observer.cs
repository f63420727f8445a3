using System.Threading.Channels;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>A client that observes a resource (RFC 7641). What it is told waits in a short queue, so that nobody waits for it.</summary>
internal sealed class Observer
{
    private const int RememberedIds = 16;
    private const int WaitingAtMost = 64;

    private readonly Lock _lock = new();
    private readonly ushort[] _ids = new ushort[RememberedIds];
    private long _sent;

    /// <param name="peer">Who.</param>
    /// <param name="request">Its registration.</param>
    /// <param name="exchange">What its packets belong to.</param>
    /// <param name="isConfirmable">Only the newest state waits then: each takes a while (section 4.5.1).</param>
    /// <param name="since">The clock's timestamp.</param>
    public Observer(ServedPeer peer, CoapMessage request, ExchangeId exchange, bool isConfirmable, long since)
    {
        Peer = peer;
        Request = request;
        Exchange = exchange;
        IsConfirmable = isConfirmable;
        Since = since;
        Path = CoapPath.PathOf(request.Options);
        Queue = Channel.CreateBounded<CoapMessage>(
            new BoundedChannelOptions(isConfirmable ? 1 : WaitingAtMost)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
            }
        );
    }

    public ServedPeer Peer { get; }

    public CoapMessage Request { get; }

    public ExchangeId Exchange { get; }

    public bool IsConfirmable { get; }

    public long Since { get; }

    public string Path { get; }

    /// <summary>The format of all that it is told; null: none is said.</summary>
    public int? Format { get; init; }

    /// <summary>Notifications that wait.</summary>
    public Channel<CoapMessage> Queue { get; }

    public Task Telling { get; set; } = Task.CompletedTask;

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Notes the id of a notification.</summary>
    public void Note(ushort id)
    {
        lock (_lock)
            _ids[Interlocked.Increment(ref _sent) % RememberedIds] = id;
    }

    /// <summary>True where one of the last notifications had this id.</summary>
    public bool Sends(ushort id)
    {
        lock (_lock)
            return Sent > 0 && _ids.Take((int)Math.Min(Sent + 1, RememberedIds)).Contains(id);
    }
}
