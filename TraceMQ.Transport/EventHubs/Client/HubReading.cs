namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>A subscription: a reader for each of its partitions, and the mark behind their history.</summary>
internal sealed class HubReading : IReadingProgress, IAsyncDisposable
{
    private readonly string _topic;
    private readonly SessionContext _context;
    private readonly Action<TransportException> _fail;
    private readonly IReadOnlyList<PartitionReader> _readers;
    private readonly bool _isEnding;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _marking = new(1, 1);
    private int _behind;
    private int _unfinished;
    private volatile bool _isMarked;
    private Task _beginning = Task.CompletedTask;
    private int _isDisposed;

    /// <param name="topic">The subscription's topic.</param>
    /// <param name="plans">What to read, a plan for each partition.</param>
    /// <param name="isMarked">True where the mark behind the history is not wanted, or was given by an earlier session.</param>
    /// <param name="options">How.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="context">Where events go.</param>
    /// <param name="fail">Called where a partition cannot be read any more.</param>
    public HubReading(
        string topic,
        IReadOnlyList<PartitionPlan> plans,
        bool isMarked,
        ReadingOptions options,
        AmqpConnection connection,
        SessionContext context,
        Action<TransportException> fail
    )
    {
        _topic = topic;
        _context = context;
        _fail = fail;
        _isEnding = plans.Any(plan => plan.Stop is not null);
        _behind = plans.Count(plan => !plan.HasHistory);
        _unfinished = plans.Count(plan => !plan.IsOver);
        // Whoever subscribes again to what has ended waits for the word that it has.
        _isMarked = isMarked && !(_isEnding && _unfinished == 0);
        _readers = [.. plans.Select(plan => new PartitionReader(plan, options, connection, context, this))];
    }

    /// <summary>Where it stands; the last position once it is disposed.</summary>
    public HubPosition Position => new([.. _readers.Select(reader => reader.Plan)], _isMarked);

    /// <summary>Attaches to all partitions; begins to read none where one refuses.</summary>
    /// <exception cref="TransportException">One refused.</exception>
    public Task AttachAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_readers.Select(reader => reader.AttachAsync(cancellationToken)));

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        // The mark of what has no history may have to wait for room in the inbox, and nobody waits for it here.
        _beginning = BeginAsync();
        foreach (var reader in _readers)
            reader.Start();
    }

    public async ValueTask OnProgressAsync(bool hasHistory, bool isOver, CancellationToken cancellationToken)
    {
        await _marking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (hasHistory)
                _behind--;
            if (isOver)
                _unfinished--;
            await MarkWhereDoneAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _marking.Release();
        }
    }

    public void Fail(TransportException failure) => _fail(failure);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_readers.Select(reader => reader.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _beginning.ConfigureAwait(false);
        _stop.Dispose();
        _marking.Dispose();
    }

    private async Task BeginAsync()
    {
        try
        {
            await OnProgressAsync(hasHistory: false, isOver: false, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The subscription ended first.
        }
    }

    private async Task MarkWhereDoneAsync(CancellationToken cancellationToken)
    {
        if (_isMarked || (_isEnding ? _unfinished : _behind) > 0)
            return;
        var mark = _isEnding ? HistoryMark.Finished : HistoryMark.CaughtUp;
        _ = await _context
            .Inbox.WriteAsync(EventMessages.Mark(mark, _topic, _context.Time.GetUtcNow()), cancellationToken)
            .ConfigureAwait(false);
        _isMarked = true;
    }
}
