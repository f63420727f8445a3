namespace TraceMQ.Transport;

/// <summary>
/// The bounded queue between a session's receiving thread and the one reader of its messages. It holds messages that may be dropped (the
/// oldest goes when it is full, and is counted) and messages that may not (their writer waits). Both come out in the order they went in.
/// </summary>
public sealed class Inbox
{
    private static readonly Task s_never = new TaskCompletionSource().Task;

    private readonly Lock _lock = new();
    private readonly bool _isDiscarding;
    private readonly Queue<Entry> _droppable = new();
    private readonly Queue<Entry> _kept = new();
    private readonly Queue<TaskCompletionSource> _writers = new();
    private readonly int _capacity;
    private readonly long _byteCapacity;
    private readonly Action _waiting;
    private long _sequence;
    private long _bytes;
    private long _received;
    private long _dropped;
    private bool _announced;

    /// <param name="capacity">Most messages that wait.</param>
    /// <param name="byteCapacity">Most bytes that wait, as <see cref="Message.Cost"/> counts; a single larger message is let in alone.</param>
    /// <param name="waiting">Called once when messages begin to wait, and again only after <see cref="Drain"/> has emptied it. Called on the writer's thread: it must only pass the word on.</param>
    public Inbox(int capacity, long byteCapacity, Action waiting)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(byteCapacity);
        _capacity = capacity;
        _byteCapacity = byteCapacity;
        _waiting = waiting;
    }

    private Inbox()
        : this(1, 1, () => { }) => _isDiscarding = true;

    /// <summary>An inbox without a reader, for a command that only sends: it keeps nothing, makes nobody wait, and acknowledges nothing.</summary>
    public static Inbox Discarding() => new();

    /// <summary>Messages that the peer sent, the dropped ones included.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages that were dropped because nobody drained in time.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds a message that may be dropped. Never waits.</summary>
    /// <returns>False where a message, this one or an older one, was dropped for it.</returns>
    public bool TryPost(Message message)
    {
        if (_isDiscarding)
        {
            Count(message);
            return true;
        }

        bool announce;
        var lost = 0;
        lock (_lock)
        {
            Count(message);
            while (IsFull(message.Cost) && _droppable.TryDequeue(out var oldest))
            {
                _bytes -= oldest.Cost;
                lost++;
            }

            if (IsFull(message.Cost))
                lost++;
            else
                Add(_droppable, message);
            _dropped += lost;
            announce = Announce();
        }

        if (announce)
            _waiting();
        return lost == 0;
    }

    /// <summary>Adds a message that must not be dropped, where there is room; nobody hears when it is taken.</summary>
    /// <returns>False where there is none, and nothing was added: <see cref="WriteAsync"/> waits for it.</returns>
    public bool TryWrite(Message message)
    {
        if (_isDiscarding)
        {
            Count(message);
            return true;
        }

        var cost = message.Cost;
        bool announce;
        lock (_lock)
        {
            if (IsFull(cost))
                return false;
            Count(message);
            _kept.Enqueue(new Entry(_sequence++, cost, message, Taken: null));
            _bytes += cost;
            announce = Announce();
        }

        if (announce)
            _waiting();
        return true;
    }

    /// <summary>Adds a message that must not be dropped; waits while there is no room.</summary>
    /// <returns>Ends when the reader has taken the message: only then may it be acknowledged to the peer.</returns>
    public async ValueTask<Task> WriteAsync(Message message, CancellationToken cancellationToken)
    {
        if (_isDiscarding)
        {
            Count(message);
            return s_never;
        }

        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isCounted = false;
        while (true)
        {
            TaskCompletionSource room;
            bool announce;
            lock (_lock)
            {
                if (!isCounted)
                    Count(message);
                isCounted = true;
                if (!IsFull(message.Cost))
                {
                    Add(_kept, message, taken);
                    announce = Announce();
                    room = null!;
                }
                else
                {
                    room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _writers.Enqueue(room);
                    announce = Announce();
                }
            }

            if (announce)
                _waiting();
            if (room is null)
                return taken.Task;
            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Moves up to <paramref name="maximum"/> messages to <paramref name="into"/>, oldest first.</summary>
    /// <returns>True where more are waiting: drain again, no new announcement comes.</returns>
    public bool Drain(List<Message> into, int maximum)
    {
        Queue<TaskCompletionSource>? released = null;
        bool isMore;
        lock (_lock)
        {
            for (var i = 0; i < maximum && TryTake(out var entry); i++)
            {
                _bytes -= entry.Cost;
                into.Add(entry.Message);
                entry.Taken?.TrySetResult();
            }

            isMore = _droppable.Count + _kept.Count > 0;
            if (!isMore)
                _announced = false;
            if (_writers.Count > 0)
            {
                released = new Queue<TaskCompletionSource>(_writers);
                _writers.Clear();
            }
        }

        while (released is not null && released.TryDequeue(out var writer))
            writer.TrySetResult();
        return isMore;
    }

    // What we sent ourselves is listed too, and so are marks of history; neither was received.
    private void Count(Message message)
    {
        if (message is { Direction: Direction.In, Mark: HistoryMark.None })
            Interlocked.Increment(ref _received);
    }

    private bool IsFull(int cost) =>
        _droppable.Count + _kept.Count >= _capacity || (_bytes > 0 && _bytes + cost > _byteCapacity);

    private void Add(Queue<Entry> queue, Message message, TaskCompletionSource? taken = null)
    {
        var cost = message.Cost;
        queue.Enqueue(new Entry(_sequence++, cost, message, taken));
        _bytes += cost;
    }

    private bool TryTake(out Entry entry)
    {
        var isKept = _kept.TryPeek(out var kept);
        if (_droppable.TryPeek(out var droppable) && (!isKept || droppable.Sequence < kept.Sequence))
            return _droppable.TryDequeue(out entry);
        return _kept.TryDequeue(out entry);
    }

    private bool Announce()
    {
        if (_announced || _droppable.Count + _kept.Count == 0)
            return false;
        _announced = true;
        return true;
    }

    private readonly record struct Entry(long Sequence, int Cost, Message Message, TaskCompletionSource? Taken);
}
