using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>A client of our server: where it is, and what came from it.</summary>
internal sealed class ServedPeer : ILinkHandler
{
    private readonly Func<ServedPeer, IncomingRequest, CancellationToken, ValueTask> _serve;
    private readonly Action<ServedPeer, ushort> _reset;
    private readonly TimeProvider _time;
    private int _later;
    private long _requests;
    private long _lastHeard;

    /// <param name="name">Its address.</param>
    /// <param name="carrier">What it came over: <c>UDP</c>.</param>
    /// <param name="serve">Answers its requests.</param>
    /// <param name="reset">Told of notifications that it does not want.</param>
    /// <param name="time">The clock.</param>
    public ServedPeer(
        string name,
        string carrier,
        Func<ServedPeer, IncomingRequest, CancellationToken, ValueTask> serve,
        Action<ServedPeer, ushort> reset,
        TimeProvider time
    )
    {
        Name = name;
        Carrier = carrier;
        _serve = serve;
        _reset = reset;
        _time = time;
        Since = _lastHeard = time.GetTimestamp();
    }

    public string Name { get; }

    public string Carrier { get; }

    /// <summary>True where its requests went to a group.</summary>
    public bool IsGroup { get; init; }

    /// <summary>When it came, as the clock's timestamp.</summary>
    public long Since { get; }

    /// <summary>The way to it.</summary>
    public ICoapLink Link { get; set; } = null!;

    /// <summary>How many answers to it wait to be given.</summary>
    public int Later => Volatile.Read(ref _later);

    public void CountLater(int change) => Interlocked.Add(ref _later, change);

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>When it last sent something, as the clock's timestamp.</summary>
    public long LastHeard => Interlocked.Read(ref _lastHeard);

    /// <summary>Something came from it.</summary>
    public void Heard() => Interlocked.Exchange(ref _lastHeard, _time.GetTimestamp());

    public ValueTask OnRequestAsync(IncomingRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        Heard();
        return _serve(this, request, cancellationToken);
    }

    // We ask clients nothing: what answers us is not wanted.
    public bool OnResponse(CoapMessage response) => false;

    public void OnReset(ushort messageId) => _reset(this, messageId);

    public ExchangeId? ExchangeOf(CoapToken token) => null;
}
