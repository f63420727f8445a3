namespace TraceMQ.Tui.Core;

/// <summary>
/// Begins work in the order in which it was asked for, lane by lane: what was asked of a connection must not overtake what was asked of it
/// before. A lane lives while it has work. Called by the loop alone.
/// </summary>
internal sealed class EffectLanes
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, Queue<Func<Task>>> _lanes = [];

    /// <summary>Adds work.</summary>
    /// <param name="lane">Which lane.</param>
    /// <param name="work">The work; it must not throw.</param>
    /// <returns>Null where the lane works already; otherwise its work, to be run off the loop: it ends when the lane is empty.</returns>
    public Func<Task>? Add(object lane, Func<Task> work)
    {
        lock (_gate)
        {
            if (_lanes.TryGetValue(lane, out var waiting))
            {
                waiting.Enqueue(work);
                return null;
            }

            _lanes.Add(lane, new Queue<Func<Task>>([work]));
            return () => RunAsync(lane);
        }
    }

    private async Task RunAsync(object lane)
    {
        while (Next(lane) is { } work)
            await work().ConfigureAwait(false);
    }

    private Func<Task>? Next(object lane)
    {
        lock (_gate)
        {
            if (_lanes[lane].TryDequeue(out var work))
                return work;
            _lanes.Remove(lane);
            return null;
        }
    }
}
