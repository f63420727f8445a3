using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>
/// Listens to what the library says of all clients of one session: nothing of it may reach the terminal, and a connection that it would go on
/// trying forever ends with a reason. The library says "all brokers are down" once for a client when its last broker is gone; that ends the
/// session, whatever the library does next.
/// </summary>
internal sealed partial class KafkaWatch(KafkaWay way, SessionContext context)
{
    private const int MostNotices = 20;

    private readonly Lock _lock = new();
    private readonly KafkaWireLog _wire = new(context);
    private readonly TaskCompletionSource<TransportException> _failed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private Error? _last;
    private Error? _lastLine;
    private bool _isConnected;
    private bool _isDown;

    /// <summary>Ends with the reason when the session cannot go on.</summary>
    public Task<TransportException> Failed => _failed.Task;

    /// <summary>The last that went wrong; null where nothing did.</summary>
    public Error? Last
    {
        get
        {
            lock (_lock)
                return _last ?? _lastLine;
        }
    }

    /// <summary>A broker has answered: what fails from now on is a loss.</summary>
    public void Connected()
    {
        _wire.Settle();
        lock (_lock)
            _isConnected = true;
    }

    /// <summary>Ends the session for a reason of our own.</summary>
    public void Fail(TransportException reason) => _failed.TrySetResult(reason);

    /// <exception cref="TransportException">The session has failed.</exception>
    public void ThrowIfFailed()
    {
        if (Failed.IsCompleted)
            throw Again(Failed.Result);
    }

    /// <summary>Waits for something, or for the end of the session.</summary>
    /// <exception cref="TransportException">The session failed first.</exception>
    public async Task<T> OrFailureAsync<T>(Task<T> task, CancellationToken cancellationToken)
    {
        var first = await Task.WhenAny(task, Failed).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (first == task)
            return await task.ConfigureAwait(false);
        // The library never ends what it was asked for by a client that is gone.
        _ = task.ContinueWith(
            left => left.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
        throw Again(await Failed.ConfigureAwait(false));
    }

    /// <summary>A line of the library's own log.</summary>
    public void OnLog(LogMessage line)
    {
        if (_wire.Take(line))
            return;
        context.Log.LogDebug("librdkafka {Facility}: {Message}", line.Facility, line.Message);
        if (line.Facility != "FAIL")
            return;
        // That a broker hung up is said nowhere else: "[thrd:BROKER]: BROKER: Disconnected…".
        var at = line.Message.IndexOf("]: ", StringComparison.Ordinal);
        bool isAwaited;
        lock (_lock)
        {
            _lastLine = new Error(ErrorCode.Local_Transport, at < 0 ? line.Message : line.Message[(at + 3)..]);
            isAwaited = _isDown;
        }

        if (isAwaited)
            Fail(AllDown());
    }

    /// <summary>Something went wrong in one of the clients.</summary>
    public void OnError(Error error)
    {
        if (error.Code == ErrorCode.Local_AllBrokersDown)
        {
            bool isReasonKnown;
            lock (_lock)
            {
                _isDown = true;
                isReasonKnown = _isConnected || (_last ?? _lastLine) is not null;
            }

            // The reason may be told by another thread a moment later.
            if (isReasonKnown)
                Fail(AllDown());
            return;
        }

        bool isNotice;
        lock (_lock)
        {
            _last = error;
            isNotice =
                _isConnected
                // A broker that comes and goes is the library's affair, and the loss of all has its own sentence.
                && error.Code is not (ErrorCode.Local_Transport or ErrorCode.Local_TimedOut)
                && !Failed.IsCompleted
                && _said.Count < MostNotices
                && _said.Add($"{error.Code} {Timing().Replace(error.Reason, "")}");
        }

        if (error.IsFatal)
            Fail(KafkaFailures.Of(error, way));
        else if (isNotice)
            context.Notices.TryWrite(new Notice(NoticeLevel.Warning, KafkaFailures.Of(error, way).Message));
    }

    private TransportException AllDown()
    {
        lock (_lock)
        {
            if (_isConnected)
                return new TransportException(
                    FailureKind.Lost,
                    $"The connection to the cluster at {way.Address} was lost: none of its brokers can be reached any more."
                );
            return (_last ?? _lastLine) is { } last
                ? KafkaFailures.OfConnecting(last, way)
                : KafkaFailures.NoAnswer(way, last: null);
        }
    }

    // The same exception thrown on several threads would mix up their stacks.
    private static TransportException Again(TransportException reason) => new(reason.Kind, reason.Message, reason);

    // What differs each time: "(after 12ms in state CONNECT, 3 identical error(s) suppressed)".
    [GeneratedRegex(@" \(after \d+ms.*\)$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Timing();
}
