using Microsoft.Extensions.Logging;

namespace TraceMQ.Transport.Sessions;

/// <summary>A session while it is live, with the word that it is not any more: calls that wait for the peer's answer end with it.</summary>
internal sealed class LiveSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly ILogger _log;

    // Kept apart from its source: a caller that raced with the end may still look at it.
    private readonly CancellationToken _end;
    private Task _subscribing = Task.CompletedTask;

    public LiveSession(ISession session, ILogger log)
    {
        Session = session;
        _log = log;
        _end = _ended.Token;
    }

    public ISession Session { get; }

    /// <summary>Calls the session; gives up where the session ends before the peer answers.</summary>
    /// <exception cref="TransportException">The session failed or ended.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or ObjectDisposedException
                && !cancellationToken.IsCancellationRequested
            )
        {
            throw new TransportException(FailureKind.Lost, "The connection was lost before the peer answered.");
        }
    }

    /// <summary>Keeps the work that makes the subscriptions, to be awaited before the session goes.</summary>
    public Task KeepAsync(Task subscribing) => _subscribing = subscribing;

    /// <summary>Ends what still waits for an answer, and then the session. Nothing is delivered after it, and it never fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await EndAsync(() => _subscribing, "The subscriptions were not finished").ConfigureAwait(false);
        await EndAsync(() => Session.DisposeAsync().AsTask(), "A session failed to close").ConfigureAwait(false);
        _ended.Dispose();

        // Why it ended is known already; nobody else looks at this task.
        _ = Session.Completion.Exception;
    }

    /// <summary>The session is over in any case, and why it ended must not be hidden behind what happens while it is cleared away.</summary>
    private async Task EndAsync(Func<Task> ending, string what)
    {
        try
        {
            await ending().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            _log.LogDebug(exception, "{What}", what);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _log.LogError(exception, "{What}", what);
        }
    }
}
