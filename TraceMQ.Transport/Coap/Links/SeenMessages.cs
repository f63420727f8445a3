namespace TraceMQ.Transport.Coap.Links;

/// <summary>
/// Messages that came, so that a repetition is answered as the first was and acted on only once (RFC 7252, section 4.5). Bounded: the oldest
/// are forgotten first, also before their time. A repetition is the same to the byte; whoever uses an id again too early for something else
/// is still served.
/// </summary>
internal sealed class SeenMessages
{
    /// <summary>Most messages that are remembered.</summary>
    public const int Capacity = 16_384;

    /// <summary>Most bytes of the answers that are remembered.</summary>
    public const int ByteCapacity = 16 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(object Peer, ushort Id), Entry> _entries = [];
    private readonly Queue<Entry> _inOrder = new();
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private long _bytes;

    public SeenMessages(TimeSpan lifetime, TimeProvider time, int capacity = Capacity)
    {
        _lifetime = lifetime;
        _time = time;
        _capacity = capacity;
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Looks for a message, and remembers it where it is new.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="id">Its id.</param>
    /// <param name="datagram">All of it.</param>
    /// <param name="isRepetition">True where it came before.</param>
    public Entry Take(object peer, ushort id, ReadOnlySpan<byte> datagram, out bool isRepetition)
    {
        var hash = new HashCode();
        hash.AddBytes(datagram);
        var digest = hash.ToHashCode();
        var key = (peer, id);
        lock (_lock)
        {
            Forget();
            if (_entries.TryGetValue(key, out var known) && known.Digest == digest && known.Length == datagram.Length)
            {
                isRepetition = true;
                return known;
            }

            isRepetition = false;
            var entry = new Entry(this, key, digest, datagram.Length, _time.GetTimestamp());
            _entries[key] = entry;
            _inOrder.Enqueue(entry);
            return entry;
        }
    }

    private void Forget()
    {
        while (
            _inOrder.TryPeek(out var oldest)
            && (_inOrder.Count >= _capacity || _bytes > ByteCapacity || _time.GetElapsedTime(oldest.At) > _lifetime)
        )
        {
            _inOrder.Dequeue();
            _bytes -= oldest.Reply.Length;
            oldest.IsForgotten = true;
            // Another one may have taken its place.
            if (_entries.TryGetValue(oldest.Key, out var current) && current == oldest)
                _entries.Remove(oldest.Key);
        }
    }

    private void SetReply(Entry entry, ReadOnlyMemory<byte> reply)
    {
        lock (_lock)
        {
            if (!entry.IsForgotten)
                _bytes += reply.Length - entry.Reply.Length;
            entry.Reply = reply;
        }
    }

    /// <summary>A message that came.</summary>
    internal sealed class Entry(SeenMessages owner, (object Peer, ushort Id) key, int digest, int length, long at)
    {
        public (object Peer, ushort Id) Key => key;
        public int Digest => digest;
        public int Length => length;
        public long At => at;
        public bool IsForgotten { get; set; }

        /// <summary>What a repetition gets: an acknowledgement, with the answer or without, or a reset. Empty: nothing yet.</summary>
        public ReadOnlyMemory<byte> Reply { get; internal set; }

        /// <summary>Says what a repetition gets.</summary>
        public void Remember(ReadOnlyMemory<byte> reply) => owner.SetReply(this, reply);
    }
}
