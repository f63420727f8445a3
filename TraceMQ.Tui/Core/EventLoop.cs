using System.Threading.Channels;

namespace TraceMQ.Tui.Core;

/// <summary>The single async loop and the only owner of the state: events in, states and effects out.</summary>
internal sealed class EventLoop : IAsyncDisposable
{
    // Unbounded, and yet small: keys come at human speed, markers at most one per connection, answers one per effect, batches one per reading.
    private readonly Channel<AppEvent> _events = Channel.CreateUnbounded<AppEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly MessageStore _store;
    private readonly EffectRunner _effects;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private volatile AppState _state;
    private Task _running = Task.CompletedTask;
    private Task _ticking = Task.CompletedTask;
    private int _isDisposed;

    /// <param name="first">The state at the start.</param>
    /// <param name="build">Makes the store and the runner, given the way to post events.</param>
    /// <param name="time">The clock of the ticks.</param>
    public EventLoop(
        AppState first,
        Func<Action<AppEvent>, (MessageStore Store, EffectRunner Effects)> build,
        TimeProvider time
    )
    {
        _state = first;
        _time = time;
        (_store, _effects) = build(Post);
    }

    /// <summary>The state after the last event; read from any thread.</summary>
    public AppState State => _state;

    /// <summary>The message structures, for reading.</summary>
    public MessageStore Store => _store;

    /// <summary>Faults where an update threw, which is a bug: the program says so and ends. Ends otherwise with the loop.</summary>
    public Task Completion => _running;

    /// <summary>Begins to take events.</summary>
    public void Start()
    {
        _running = Task.Run(() => RunAsync(_stop.Token));
        _ticking = Task.Run(() => TickAsync(_stop.Token));
    }

    /// <summary>Adds an event; from any thread. After the end it is dropped.</summary>
    public void Post(AppEvent appEvent) => _events.Writer.TryWrite(appEvent);

    /// <summary>
    /// Adds an event and waits until the state has taken it, as long as that is soon. Keys need it: what the next one means depends on what
    /// the one before did, and somebody who types fast, or pastes, is faster than a frame.
    /// </summary>
    public void PostAndWait(AppEvent appEvent)
    {
        var marker = new AppEvent.Reached(new ManualResetEventSlim());
        Post(appEvent);
        Post(marker);
        marker.Signal.Wait(s_patience);
    }

    /// <summary>Ends the loop, its effects and its connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _events.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running, _ticking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _effects.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var appEvent in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            Take(appEvent);
    }

    private void Take(AppEvent appEvent)
    {
        if (appEvent is AppEvent.Reached reached)
        {
            reached.Signal.Set();
            return;
        }

        if (appEvent is AppEvent.Acknowledged acknowledged)
        {
            Take(acknowledged.Inner);
            acknowledged.Taken.TrySetResult();
            return;
        }

        var translated = appEvent switch
        {
            AppEvent.MessagesWaiting waiting => new AppEvent.LogChanged(
                _store.Ingest(waiting.Source),
                _time.GetUtcNow()
            ),
            AppEvent.TopicsKnown known => new AppEvent.LogChanged(
                _store.Declare(known.Source, known.Topics),
                _time.GetUtcNow()
            ),
            AppEvent.Ticked ticked => ticked with { Counters = _store.CountersBySource() },
            AppEvent.ScopeScanned scanned => scanned with { Store = _store.Snapshot() },
            _ => appEvent,
        };
        var (next, effects) = Update.Apply(_state, translated);
        _state = next;
        foreach (var effect in effects)
            Start(effect);
    }

    private void Start(Effect effect)
    {
        switch (effect)
        {
            case Effect.Connect connect:
                _effects.Start(connect, _store.Open(connect));
                break;
            case Effect.ChangeScope change:
                var hits = _store.ChangeScope(change.Scope);
                Take(new AppEvent.LogChanged(_store.Snapshot(), _time.GetUtcNow()));
                if (hits is not null)
                    _effects.Start(change, hits);
                break;
            case Effect.ClearLog:
                _store.Clear();
                Take(new AppEvent.LogChanged(_store.Snapshot(), _time.GetUtcNow()));
                break;
            case Effect.Pin pin:
                _store.Pin(pin);
                break;
            default:
                _effects.Start(effect);
                break;
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            Post(new AppEvent.Ticked(_time.GetUtcNow()));
    }
}
