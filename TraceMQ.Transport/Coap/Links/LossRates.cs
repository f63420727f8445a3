namespace TraceMQ.Transport.Coap.Links;

/// <summary>How many of the datagrams are thrown away on purpose, to see how a device behaves. Can change at any time.</summary>
internal sealed class LossRates
{
    private readonly Lock _lock = new();
    private readonly Random _random;
    private int _sending;
    private int _receiving;
    private long _lost;

    /// <param name="random">Decides; seeded in tests.</param>
    public LossRates(Random? random = null) => _random = random ?? new Random();

    /// <summary>Percent of what we send.</summary>
    public int Sending => Volatile.Read(ref _sending);

    /// <summary>Percent of what we would receive.</summary>
    public int Receiving => Volatile.Read(ref _receiving);

    /// <summary>How many were thrown away.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public bool IsOn => Sending > 0 || Receiving > 0;

    public void Set(int sending, int receiving)
    {
        Volatile.Write(ref _sending, sending);
        Volatile.Write(ref _receiving, receiving);
    }

    /// <summary>True where the next datagram is to be lost.</summary>
    public bool Loses(Direction direction)
    {
        var percent = direction == Direction.Out ? Sending : Receiving;
        if (percent == 0)
            return false;
        lock (_lock)
        {
            if (_random.Next(100) >= percent)
                return false;
        }

        Interlocked.Increment(ref _lost);
        return true;
    }
}
