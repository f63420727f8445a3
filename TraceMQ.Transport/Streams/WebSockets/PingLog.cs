namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Pings that wait for their pongs.</summary>
internal sealed class PingLog
{
    private const int Capacity = 64;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Pending> _pending = [];
    private TransportException? _end;

    public PingLog(TimeProvider time) => _time = time;

    /// <summary>A ping is about to be sent.</summary>
    /// <returns>Ends with the time until the answer came.</returns>
    /// <exception cref="TransportException">The connection has ended, or far too many wait.</exception>
    public Task<TimeSpan> Add(byte[] payload)
    {
        lock (_lock)
        {
            if (_end is not null)
                throw _end;
            if (_pending.Count == Capacity)
                throw new TransportException(
                    FailureKind.TimedOut,
                    $"{Capacity} pings are without an answer: the peer answers none, so connect again."
                );
            var pending = new Pending(payload, _time.GetTimestamp());
            _pending.Add(pending);
            return pending.Answered.Task;
        }
    }

    /// <summary>Nobody waits for this answer any more.</summary>
    public void Forget(Task<TimeSpan> answered)
    {
        lock (_lock)
            _pending.RemoveAll(pending => pending.Answered.Task == answered);
    }

    /// <summary>A pong came: it answers its ping and those before, which need no answer of their own (RFC 6455, section 5.5.3).</summary>
    public void Answer(ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            var at = 0;
            while (at < _pending.Count && !payload.SequenceEqual(_pending[at].Payload))
                at++;
            if (at == _pending.Count)
                return;
            foreach (var pending in _pending[..(at + 1)])
                pending.Answered.TrySetResult(_time.GetElapsedTime(pending.SentAt));
            _pending.RemoveRange(0, at + 1);
        }
    }

    /// <summary>The connection has ended: no answer comes.</summary>
    public void End(TransportException reason)
    {
        lock (_lock)
        {
            _end ??= reason;
            foreach (var pending in _pending)
            {
                pending.Answered.TrySetException(reason);
                // Whoever sent it may be gone already.
                _ = pending.Answered.Task.Exception;
            }

            _pending.Clear();
        }
    }

    private sealed record Pending(byte[] Payload, long SentAt)
    {
        public TaskCompletionSource<TimeSpan> Answered { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
