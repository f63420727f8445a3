using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Answers that take a while: held back on purpose, or until the peer acknowledges them. Bounded; whoever receives never waits for them.</summary>
internal sealed class LaterAnswers : IAsyncDisposable
{
    private const int MaximumOfPeer = 64;

    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SessionContext _context;
    private readonly RefusalNotices _lost;
    private readonly int _maximum;
    private int _count;

    /// <param name="maximum">Most of them at a time.</param>
    /// <param name="context">The surroundings.</param>
    public LaterAnswers(int maximum, SessionContext context)
    {
        _maximum = maximum;
        _context = context;
        _lost = new RefusalNotices(context, "thrown away");
    }

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Begins an answer.</summary>
    /// <param name="peer">Whose: one of them cannot use up the room of all.</param>
    /// <param name="answer">Gives it.</param>
    /// <returns>False where there are too many: it is not given, as if it had been lost.</returns>
    public bool TryBegin(ServedPeer peer, Func<CancellationToken, Task> answer)
    {
        if (_stop.IsCancellationRequested)
            return false;
        var ofPeer = peer.Later;
        if (Count >= _maximum || ofPeer >= MaximumOfPeer)
        {
            _lost.Add(
                $"{Count:N0} answers wait to be given, {ofPeer:N0} of them to {peer.Name}: a further one was thrown away."
            );
            return false;
        }

        var task = RunAsync(answer);
        if (task.IsCompleted)
            return true;
        Interlocked.Increment(ref _count);
        peer.CountLater(1);
        _running[task] = 0;
        _ = task.ContinueWith(
            done =>
            {
                _running.TryRemove(done, out _);
                Interlocked.Decrement(ref _count);
                peer.CountLater(-1);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> answer)
    {
        try
        {
            await answer(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (TransportException exception)
        {
            _context.Log.LogDebug("An answer was not given: {Reason}", exception.Message);
        }
    }
}
