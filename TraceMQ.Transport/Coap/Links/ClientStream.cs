using Microsoft.Extensions.Logging;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A client's link over a stream, with its reading.</summary>
internal sealed class ClientStream : IClientLink
{
    private readonly StreamLink _link;
    private readonly IReadOnlyList<Fact> _facts;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private int _isDisposed;

    /// <param name="link">Owned.</param>
    /// <param name="facts">About the way.</param>
    /// <param name="context">The surroundings.</param>
    public ClientStream(StreamLink link, IReadOnlyList<Fact> facts, SessionContext context)
    {
        _link = link;
        _facts = facts;
        _context = context;
        _reading = ReadAsync();
    }

    public ICoapLink Link => _link;

    public LossRates? Loss => null;

    public long LastHeard => _link.LastHeard;

    public Task Completion => _completion.Task;

    public IEnumerable<Fact> Facts => [.. _facts, _link.Capabilities];

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        if (!_completion.Task.IsCompleted)
            await GoodbyeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private async Task GoodbyeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _context.Time);
        try
        {
            await _link.ReleaseAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            // Gone already.
        }
    }

    private async Task ReadAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        try
        {
            End(await _link.RunAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _context.Log.LogError(exception, "Reading from the peer failed");
            End(new TransportException(FailureKind.Lost, $"The connection failed: {exception.Message}", exception));
        }
    }

    private void End(TransportException reason)
    {
        if (Volatile.Read(ref _isDisposed) == 0)
            _completion.TrySetException(reason);
    }
}
