using System.Threading.Channels;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>A resource that is observed (RFC 7641): tells new notifications from those that were overtaken.</summary>
internal sealed class Observation
{
    private const uint HalfOfSequence = 1u << 23;
    private static readonly TimeSpan s_wrap = TimeSpan.FromSeconds(128);

    private readonly TimeProvider _time;
    private uint _last;
    private long _lastAt;
    private bool _hasLast;

    public Observation(CoapMessage request, ExchangeId exchange, TimeProvider time)
    {
        Request = request;
        Exchange = exchange;
        _time = time;
    }

    /// <summary>The request that registered it, with its token.</summary>
    public CoapMessage Request { get; }

    public ExchangeId Exchange { get; }

    /// <summary>What came and is not told yet: only the newest matters.</summary>
    public Channel<CoapMessage> Unfinished { get; } =
        Channel.CreateBounded<CoapMessage>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
        );

    /// <summary>True once the peer has said that it notifies.</summary>
    public bool IsOn { get; set; }

    /// <summary>True where the notification is newer than the one before (section 3.4).</summary>
    public bool IsNewer(uint sequence)
    {
        var isNewer =
            !_hasLast
            || (_last < sequence && sequence - _last < HalfOfSequence)
            || (_last > sequence && _last - sequence > HalfOfSequence)
            || _time.GetElapsedTime(_lastAt) > s_wrap;
        if (!isNewer)
            return false;
        _hasLast = true;
        _last = sequence;
        _lastAt = _time.GetTimestamp();
        return true;
    }

    /// <summary>The registration begins anew, after the peer may have forgotten it.</summary>
    public void Restart() => _hasLast = false;
}
