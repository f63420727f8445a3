namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>
/// Answers pings without keeping the receiver from reading: a peer that writes without reading would otherwise wait for us while we wait for it.
/// Bounded: of many unanswered pings the oldest need no answer (RFC 6455, section 5.5.3).
/// </summary>
internal sealed class PongQueue
{
    private const int Capacity = 32;

    private readonly Func<ReadOnlyMemory<byte>, Task> _send;
    private readonly Queue<byte[]> _waiting = new();
    private readonly Lock _lock = new();
    private bool _isSending;

    /// <param name="send">Sends a pong; throws <see cref="TransportException"/> where that is no longer possible.</param>
    public PongQueue(Func<ReadOnlyMemory<byte>, Task> send) => _send = send;

    /// <summary>Ends when nothing is being sent.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>Answers a ping, at once where nothing else is being sent.</summary>
    public void Answer(ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_waiting.Count == Capacity)
                _waiting.Dequeue();
            _waiting.Enqueue(payload.ToArray());
            if (_isSending)
                return;
            _isSending = true;
        }

        Sending = SendAsync();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            byte[] payload;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out payload!))
                {
                    _isSending = false;
                    return;
                }
            }

            try
            {
                await _send(payload).ConfigureAwait(false);
            }
            catch (TransportException)
            {
                // The receiver meets the same end, and says so; what waits here has nobody to go to.
                lock (_lock)
                    _waiting.Clear();
            }
        }
    }
}
