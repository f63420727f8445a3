namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>How many bytes of messages may wait for the inbox. Links bound how many messages come, and this their bytes. Safe for any thread.</summary>
internal sealed class ArrivalBudget
{
    private const long Most = 64 << 20;

    private readonly Lock _lock = new();
    private TaskCompletionSource? _room;
    private long _bytes;

    /// <summary>True where nothing more should be read for now.</summary>
    public bool IsSpent => Interlocked.Read(ref _bytes) > Most;

    /// <summary>A message waits.</summary>
    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>A message waits no more.</summary>
    public void Remove(int bytes)
    {
        if (Interlocked.Add(ref _bytes, -bytes) > Most)
            return;
        lock (_lock)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Ends when there is room.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (!IsSpent)
            return Task.CompletedTask;
        lock (_lock)
        {
            if (!IsSpent)
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }
}
