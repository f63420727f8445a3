using System.Collections.Concurrent;
using Terminal.Gui.App;

namespace TraceMQ.Tui.Terminal;

/// <summary>
/// Drives the thread of the terminal from <see cref="IApplication.Iteration"/>, outside the lock that Terminal.Gui holds while its timers
/// run: paints at most once a frame, at once after a key, and runs what other threads post. Nothing else may call Invoke or AddTimeout.
/// </summary>
internal sealed class UiPump : IDisposable
{
    private const int BusyHertz = 60;
    private const int IdleHertz = 25;
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly IApplication _app;
    private readonly Func<bool> _paint;
    private readonly TimeProvider _time;
    private readonly TimeSpan _frame;
    private long _lastKey;
    private long _lastFrame;
    private bool _isForced = true;

    /// <param name="app">The application.</param>
    /// <param name="paint">Paints a frame if there is something new; says whether there was.</param>
    /// <param name="framesPerSecond">Most frames a second while no key is pressed.</param>
    /// <param name="time">The clock.</param>
    public UiPump(IApplication app, Func<bool> paint, int framesPerSecond, TimeProvider time)
    {
        _app = app;
        _paint = paint;
        _time = time;
        _frame = TimeSpan.FromSeconds(1.0 / framesPerSecond);
        _lastKey = time.GetTimestamp();
        app.Iteration += OnIteration;
    }

    /// <summary>Runs something on the terminal's thread at the next turn; from any thread.</summary>
    public void Post(Action action) => _posted.Enqueue(action);

    /// <summary>A key or the mouse: the next turns come quickly, and paint without waiting for the frame.</summary>
    public void Wake()
    {
        _lastKey = _time.GetTimestamp();
        _isForced = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _app.Iteration -= OnIteration;

    private void OnIteration(object? sender, EventArgs<IApplication?> arguments)
    {
        // Terminal.Gui never clears this flag, and would send the cursor's place with each turn for ever.
        _app.Driver?.SetCursorNeedsUpdate(false);
        for (var count = _posted.Count; count > 0 && _posted.TryDequeue(out var action); count--)
            action();
        var isBusy = _time.GetElapsedTime(_lastKey) < s_busy;
        var isDue = _time.GetElapsedTime(_lastFrame) >= _frame;
        if (_isForced || isDue)
        {
            // While forced, the loop may not have taken the key yet: paint each turn for as long as it is fresh.
            if (_paint())
                _lastFrame = _time.GetTimestamp();
            _isForced = isBusy;
        }

        Application.MaximumIterationsPerSecond = (ushort)(isBusy ? BusyHertz : IdleHertz);
    }
}
