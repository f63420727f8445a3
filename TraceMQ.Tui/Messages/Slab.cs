namespace TraceMQ.Tui.Messages;

/// <summary>
/// Bytes that are written once, from the left, and read by any thread; the array is used again when its messages have left. A reader pins
/// the slab while it looks at the bytes. The writer may use the array again only if it can turn "no pins" into "retired" in one step;
/// otherwise it leaves the array to the readers and the garbage collector. An array that is used again gets a new slab, so that a reader
/// with an old one finds it retired for ever: a reader can never see bytes of another message.
/// </summary>
internal sealed class Slab(byte[] bytes)
{
    private const int Retired = -1;
    private int _pins;

    /// <summary>Valid between <see cref="TryPin"/> and <see cref="Unpin"/>, and for the writer.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <summary>False where the bytes are gone.</summary>
    public bool TryPin()
    {
        var pins = Volatile.Read(ref _pins);
        while (pins != Retired)
        {
            var seen = Interlocked.CompareExchange(ref _pins, pins + 1, pins);
            if (seen == pins)
                return true;
            pins = seen;
        }

        return false;
    }

    public void Unpin() => Interlocked.Decrement(ref _pins);

    /// <summary>True where nobody reads and nobody ever will: the array may be used again.</summary>
    public bool TryRetire() => Interlocked.CompareExchange(ref _pins, Retired, 0) == 0;
}
