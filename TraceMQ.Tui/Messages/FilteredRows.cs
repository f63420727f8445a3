using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// The messages of a scope. Made by the event loop, which hands it every message that it appends; what was kept before is searched by
/// <see cref="ScanAsync"/> on another thread, the newest first. <see cref="View"/> may be called by any thread. The lock is held for one
/// message, for taking over the hits of one chunk, or for a snapshot. Made anew when the scope changes or the log is cleared.
/// </summary>
internal sealed class FilteredRows
{
    private readonly Lock _gate = new();
    private readonly MessageLog _log;
    private readonly Func<string, TopicSyntax?> _syntaxOf;
    private readonly List<IdRun> _runs = [];
    private readonly LatestHits? _latest;
    private LogView? _backlog;
    private long _searched;
    private long _missing;
    private long _version;
    private long _appended;
    private bool _isComplete;
    private (long Log, long Rows, HitView View)? _view;

    /// <param name="log">What it keeps now is the backlog; every later message comes by <see cref="Add"/>.</param>
    /// <param name="scope">What to show.</param>
    /// <param name="syntaxOf">How a protocol writes its topics.</param>
    public FilteredRows(MessageLog log, MessageScope scope, Func<string, TopicSyntax?> syntaxOf)
    {
        _log = log;
        Scope = scope;
        _backlog = log.View();
        _syntaxOf = syntaxOf;
        _latest = scope.IsLatestPerTopic ? new LatestHits() : null;
        _missing = _backlog.Evicted.Where((_, source) => scope.Source is null || scope.Source == source).Sum();
        _isComplete = _backlog.Count == 0;
    }

    /// <summary>What is shown.</summary>
    public MessageScope Scope { get; }

    /// <summary>Changes whenever there may be something to paint.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Takes a message that was just appended to the log.</summary>
    /// <returns>True where it is a hit.</returns>
    public bool Add(long id, SourceInfo source, Message message)
    {
        if (
            message.Mark != HistoryMark.None
            || !Scope.IncludesTopic(source.Id, message.Topic)
            || !Scope.Filter.Matches(_syntaxOf(source.Protocol), message.Topic, message.Payload.Span)
        )
        {
            return false;
        }

        lock (_gate)
        {
            if (_latest is null)
                Append(source.Lane, id);
            else
                _latest.Append(id, source.Lane, source.Id, message.Topic);
            _version++;
        }

        return true;
    }

    /// <summary>The rows now. Those of messages that the log has evicted have fallen away.</summary>
    public HitView View()
    {
        var log = _log.View();
        lock (_gate)
        {
            if (_view is { } last && last.Log == log.Version && last.Rows == _version)
                return last.View;
            var view = new HitView(_latest is null ? Runs(log) : [Latest(log)])
            {
                IsComplete = _isComplete,
                Searched = _searched,
                Missing = _missing,
            };
            _view = (log.Version, _version, view);
            return view;
        }
    }

    /// <summary>Searches what was kept when the rows were made. Once.</summary>
    /// <param name="progress">Told after each chunk.</param>
    /// <param name="cancellationToken">Ends the search; the rows stay incomplete.</param>
    public Task ScanAsync(IProgress<ScanProgress>? progress, CancellationToken cancellationToken) =>
        Task.Run(() => Scan(progress, cancellationToken), cancellationToken);

    private void Scan(IProgress<ScanProgress>? progress, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _backlog, null) is not { } log)
            return;
        var scan = new ScopeScan(log, Scope, _syntaxOf);
        var older = new List<(long, int, int, string)>();
        var hits = new List<long>();
        for (var lane = 0; lane < log.Lanes.Length; lane++)
        {
            var chunks = log.Lanes[lane];
            for (var i = chunks.Chunks.Length - 1; i >= 0; i--)
            {
                var count = chunks.CountIn(i);
                hits.Clear();
                var isThere = scan.TryScan(chunks.Chunks[i], count, hits, cancellationToken);
                if (_latest is not null)
                    older.AddRange(Topics(log, lane, chunks.Chunks[i], hits));
                Take(lane, hits, isThere ? count : 0, isThere ? 0 : Relevant(chunks.Chunks[i], count));
                progress?.Report(new ScanProgress(Volatile.Read(ref _searched), log.Count));
            }
        }

        lock (_gate)
        {
            _latest?.AddOlder(older);
            _isComplete = true;
            _version++;
        }
    }

    private static (long Id, int Lane, int Source, string Topic)[] Topics(
        LogView log,
        int lane,
        Chunk chunk,
        List<long> hits
    )
    {
        // Of the many hits in a chunk only the newest of each topic counts.
        var newest = new Dictionary<(int, string), (long, int, int, string)>();
        if (hits.Count == 0 || !chunk.Slab.TryPin())
            return [];
        try
        {
            foreach (var id in hits)
            {
                var record = chunk[chunk.LowerBound(id, chunk.Count)];
                var topic = log.TopicOf(chunk, record);
                newest[(record.Source, topic)] = (id, lane, record.Source, topic);
            }
        }
        finally
        {
            chunk.Slab.Unpin();
        }

        return [.. newest.Values];
    }

    private int Relevant(Chunk chunk, int count)
    {
        var relevant = 0;
        for (var i = 0; i < count; i++)
        {
            if (Scope.Source is null || Scope.Source == chunk[i].Source)
                relevant++;
        }

        return relevant;
    }

    private void Take(int lane, List<long> hits, int searched, int missing)
    {
        lock (_gate)
        {
            if (_latest is null)
                Run(lane).Prepend([.. hits]);
            _searched += searched;
            _missing += missing;
            _version++;
        }
    }

    // Nobody may be looking: what the log has evicted is forgotten here too.
    private void Append(int lane, long id)
    {
        Run(lane).Append(id);
        if ((++_appended & 0xFFFF) == 0)
            _runs[lane].Trim(_log.View().Lanes[lane].Oldest);
    }

    private IdRunView[] Runs(LogView log)
    {
        var views = new IdRunView[_runs.Count];
        for (var i = 0; i < views.Length; i++)
            views[i] = _runs[i].View(log.Lanes[i].Oldest);
        return views;
    }

    private IdRunView Latest(LogView log)
    {
        var ids = _latest!.Ids(lane => log.Lanes[lane].Oldest);
        var run = new IdRun();
        run.Prepend(ids);
        return run.View(0);
    }

    private IdRun Run(int lane)
    {
        while (_runs.Count <= lane)
            _runs.Add(new IdRun());
        return _runs[lane];
    }
}
