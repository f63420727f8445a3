using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Searches the kept messages beside the loop.</summary>
internal sealed class SearchEffects : IDisposable
{
    private readonly Func<AppState> _state;
    private readonly Action<AppEvent> _post;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _scan;
    private long _generation;

    /// <param name="state">The state at the moment: a search runs over the rows that are shown when it starts.</param>
    /// <param name="post">Where answers go.</param>
    public SearchEffects(Func<AppState> state, Action<AppEvent> post)
    {
        _state = state;
        _post = post;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _scan?.Cancel();
    }

    /// <summary>Searches the backlog for a scope; an older search ends.</summary>
    public async Task ScanAsync(Effect.ChangeScope change, FilteredRows hits, CancellationToken cancellationToken)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!Begin(change.Generation, mine))
            return;
        try
        {
            await hits.ScanAsync(new Posting(() => _post(new AppEvent.ScopeScanned(change.Generation))), mine.Token)
                .ConfigureAwait(false);
            _post(new AppEvent.ScopeScanned(change.Generation));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A newer scope replaced this one: its own search answers.
        }
        finally
        {
            End(mine);
        }
    }

    // Effects may start in another order than they were asked for: only a newer search may end an older one.
    private bool Begin(long generation, CancellationTokenSource scan)
    {
        lock (_gate)
        {
            if (generation < _generation)
                return false;
            _generation = generation;
            _scan?.Cancel();
            _scan = scan;
            return true;
        }
    }

    private void End(CancellationTokenSource scan)
    {
        lock (_gate)
        {
            if (_scan == scan)
                _scan = null;
        }
    }

    /// <summary>Finds the next or previous row that holds a text.</summary>
    public Task FindAsync(Effect.Find find, CancellationToken cancellationToken)
    {
        var store = _state().Store;
        var id = MessageFind.Nearest(store.View, store.Rows, find.Text, find.From, find.IsForward, cancellationToken);
        _post(new AppEvent.Found(find.Generation, id));
        return Task.CompletedTask;
    }

    /// <summary>Goes to the next or previous row of the topic of a message.</summary>
    public Task StepAsync(Effect.StepOnTopic step, CancellationToken cancellationToken)
    {
        var store = _state().Store;
        var id = TopicHistory.Neighbour(store.View, step.From, step.IsForward, cancellationToken);
        _post(
            id is { } found
                ? new AppEvent.MessageSelected(found, IsFollowing: false)
                : new AppEvent.Told(
                    StatusLevel.Information,
                    step.IsForward ? "this is the newest of its topic" : "this is the oldest of its topic"
                )
        );
        return Task.CompletedTask;
    }

    // Told on the searching thread, at once: a Progress would go through the thread pool and could come after the end.
    private sealed class Posting(Action post) : IProgress<ScanProgress>
    {
        public void Report(ScanProgress value) => post();
    }
}
