namespace TraceMQ.Transport.Streams.Clients;

/// <summary>
/// What waits to be written to one client, one after the other, so that whoever sends to many waits for none of them. Bounded: a client that
/// does not read is told apart from one that is only slow for a moment.
/// </summary>
internal sealed class SendQueue
{
    /// <summary>Most messages that wait for a client.</summary>
    internal const int MaximumMessages = 1_000;

    /// <summary>Most bytes that wait for a client; a single larger message is let in alone.</summary>
    internal const int MaximumBytes = 8 << 20;

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private bool _isSending;
    private bool _isEnded;

    /// <summary>True from when somebody gave up waiting for it until nothing waits any more.</summary>
    public bool IsLagging { get; private set; }

    /// <summary>Ends when nothing is being written.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>Ends when the client is gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Puts a message at the end.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="write">Writes it; may fail with what a lost connection fails with.</param>
    /// <param name="written">Ends with true once it is written, with false where the client was lost before.</param>
    /// <returns>False where there is no room for it.</returns>
    public bool TryAdd(int bytes, Func<ValueTask> write, out Task<bool> written)
    {
        var entry = new Entry(bytes, write);
        written = entry.Written.Task;
        lock (_lock)
        {
            if (_isEnded)
            {
                entry.Written.TrySetResult(false);
                return true;
            }

            if (_waiting.Count > 0 && (_waiting.Count >= MaximumMessages || _bytes + bytes > MaximumBytes))
                return false;
            _waiting.Enqueue(entry);
            _bytes += bytes;
            if (_isSending)
                return true;
            _isSending = true;
        }

        Sending = SendAsync();
        return true;
    }

    /// <summary>Nobody waits for this client any more until it has caught up.</summary>
    public void Lag()
    {
        lock (_lock)
            IsLagging = _waiting.Count > 0;
    }

    /// <summary>The client is gone: what waits is dropped, and nothing is taken any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            foreach (var entry in _waiting)
                entry.Written.TrySetResult(false);
        }

        _ended.TrySetResult();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            Entry entry;
            lock (_lock)
            {
                if (_isEnded || !_waiting.TryPeek(out entry!))
                {
                    _isSending = false;
                    IsLagging = false;
                    return;
                }
            }

            try
            {
                await entry.Write().ConfigureAwait(false);
            }
            catch (Exception exception)
                when (exception
                        is TransportException
                            or IOException
                            or ObjectDisposedException
                            or OperationCanceledException
                            or System.Net.Sockets.SocketException
                )
            {
                // Whoever reads from this client meets the same end, and says so.
                End();
            }

            lock (_lock)
            {
                _waiting.Dequeue();
                _bytes -= entry.Bytes;
                entry.Written.TrySetResult(!_isEnded);
            }
        }
    }

    private sealed record Entry(int Bytes, Func<ValueTask> Write)
    {
        public TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
