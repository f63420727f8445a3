using Microsoft.Extensions.Logging;

namespace TraceMQ.Transport.Kafka;

/// <summary>The thread on which a client of the library reads: the library's call blocks, and so does a full inbox.</summary>
internal sealed class ConsumeThread : IAsyncDisposable
{
    private readonly IRecordSource _source;
    private readonly IConsumption _consumption;
    private readonly KafkaWatch _watch;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDisposed;

    /// <param name="source">The client; it belongs to the thread from now on.</param>
    /// <param name="consumption">What is done with what comes.</param>
    /// <param name="watch">Told where the unexpected happens.</param>
    /// <param name="log">For diagnosis.</param>
    public ConsumeThread(IRecordSource source, IConsumption consumption, KafkaWatch watch, ILogger log)
    {
        _source = source;
        _consumption = consumption;
        _watch = watch;
        _log = log;
        new Thread(Run) { IsBackground = true, Name = "kafka reader" }.Start();
    }

    /// <summary>Ends reading; nothing is delivered after it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            await _stop.CancelAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            var goesOn = _consumption.Begin(_stop.Token);
            while (goesOn && !_stop.IsCancellationRequested)
            {
                _consumption.Look();
                goesOn = _source.Next(_consumption, _stop.Token);
            }

            _consumption.End();
        }
        catch (OperationCanceledException)
        {
            _log.LogDebug("A reader was ended while it waited");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _log.LogError(exception, "A reader failed");
            _watch.Fail(
                new TransportException(
                    FailureKind.Lost,
                    $"An unexpected error ended the reading ({exception.GetType().Name}); the log has the details.",
                    exception
                )
            );
        }
        finally
        {
            // On this thread: the library calls back while it closes.
            _source.Dispose();
            _ended.TrySetResult();
        }
    }
}
