namespace TraceMQ.Transport.Coap.Links;

/// <summary>
/// Ids of the messages to one peer. None is used again while the peer may still take it for a repetition (RFC 7252, section 4.4): who needs
/// more than there are waits. The time of use is kept for blocks of ids.
/// </summary>
internal sealed class MessageIds
{
    private const int BlockSize = 256;
    private const int Blocks = 65_536 / BlockSize;

    private readonly Lock _lock = new();
    private readonly long[] _usedAt = new long[Blocks];
    private readonly bool[] _isUsed = new bool[Blocks];
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;
    private int _next;
    private int _block = -1;

    public MessageIds(TimeSpan lifetime, TimeProvider time, Random random)
    {
        _lifetime = lifetime;
        _time = time;
        // Where a block begins, so that each is used up before the next.
        _next = random.Next(Blocks) * BlockSize;
    }

    /// <summary>The next id; waits where all were used lately.</summary>
    public async ValueTask<ushort> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan wait;
            lock (_lock)
            {
                if (TryTake(out var id, out wait))
                    return id;
            }

            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TryTake(out ushort id, out TimeSpan wait)
    {
        id = (ushort)_next;
        wait = TimeSpan.Zero;
        var block = _next / BlockSize;
        if (block != _block && _isUsed[block])
        {
            wait = _lifetime - _time.GetElapsedTime(_usedAt[block]);
            if (wait > TimeSpan.Zero)
                return false;
        }

        _block = block;
        _isUsed[block] = true;
        _usedAt[block] = _time.GetTimestamp();
        _next = (_next + 1) & 0xffff;
        return true;
    }
}
