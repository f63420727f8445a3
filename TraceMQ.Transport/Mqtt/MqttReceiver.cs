using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Passes received messages to the inbox. Those of QoS 0 go at once and may be dropped there. Those of QoS 1 and 2 wait for room and are
/// acknowledged once they were taken from it; one of QoS 2 that the broker sends again before it has released it is acknowledged and not shown again. How much
/// can wait here is bounded twice: by the number of packet identifiers, beyond which the connection ends, and by bytes, beyond which nothing
/// more is read from the broker.
/// </summary>
internal sealed class MqttReceiver : IAsyncDisposable
{
    /// <summary>Bytes of waiting messages beyond which the broker has to wait.</summary>
    internal const long MaximumWaitingBytes = 32 << 20;

    // As many as there are packet identifiers. The receive maximum would be less, but mosquitto sends more than it now and then.
    private const int MostWaiting = ushort.MaxValue;

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(1);

    private readonly SessionContext _context;
    private readonly MqttReplies _replies;
    private readonly CancellationTokenSource _stop = new();
    private readonly MqttMemory _memory;
    private readonly Channel<Waiting> _acknowledged = Channel.CreateUnbounded<Waiting>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<BrokenRule> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Channel<Delivered> _delivered = Channel.CreateUnbounded<Delivered>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Task _pump;
    private readonly Task _acknowledging;
    private TaskCompletionSource? _room;
    private volatile Delivered? _next;
    private long _waitingBytes;
    private int _waiting;
    private int _isDisposed;

    public MqttReceiver(SessionContext context, MqttReplies replies)
    {
        _context = context;
        _replies = replies;
        _memory = context.Memory.Get(static () => new MqttMemory());
        _pump = PumpAsync();
        _acknowledging = AcknowledgeTakenAsync();
    }

    /// <summary>A rule of MQTT that the broker broke.</summary>
    /// <param name="What">What it did, as it goes on after "The broker".</param>
    /// <param name="Reason">What it is told.</param>
    public sealed record BrokenRule(string What, MqttClientDisconnectOptionsReason Reason);

    /// <summary>Ends where the broker broke a rule that the connection cannot go on without.</summary>
    public Task<BrokenRule> Broken => _broken.Task;

    /// <summary>The connection is up, and it is known what it goes on with: until here the acknowledged messages wait.</summary>
    public void Start() => _started.TrySetResult();

    /// <summary>Takes a message from the library, whose handler is serial: it never waits here.</summary>
    public Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        if (string.IsNullOrEmpty(received.ApplicationMessage.Topic))
        {
            received.AutoAcknowledge = false;
            _broken.TrySetResult(
                new BrokenRule("sent a message without a topic", MqttClientDisconnectOptionsReason.TopicAliasInvalid)
            );
            return Task.CompletedTask;
        }

        var message = ToMessage(received.ApplicationMessage);
        if (received.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            _context.Inbox.TryPost(message);
            return Task.CompletedTask;
        }

        received.AutoAcknowledge = false;
        lock (_lock)
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
            {
                _broken.TrySetResult(
                    new BrokenRule(
                        "sent more messages of QoS 1 and 2 than MQTT has packet identifiers for before the first was acknowledged",
                        MqttClientDisconnectOptionsReason.ReceiveMaximumExceeded
                    )
                );
                return Task.CompletedTask;
            }

            _waitingBytes += message.Cost;
        }

        _acknowledged.Writer.TryWrite(new Waiting(received, message));
        return Task.CompletedTask;
    }

    /// <summary>Ends when there is room to read more from the broker.</summary>
    public Task RoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waitingBytes < MaximumWaitingBytes)
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits a moment until what was taken is acknowledged too, so that it does not come again with the next connection.</summary>
    public async Task SettleAsync()
    {
        var started = _context.Time.GetTimestamp();
        while (IsTakenUnacknowledged() && _context.Time.GetElapsedTime(started) < s_settling)
            await Task.Delay(s_settling / 100, _context.Time).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _acknowledged.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_pump, _acknowledging).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task PumpAsync()
    {
        var stop = _stop.Token;
        try
        {
            await _started.Task.WaitAsync(stop).ConfigureAwait(false);
            await foreach (var (received, message) in _acknowledged.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                var taken = await DeliverAsync(received, message, stop).ConfigureAwait(false);
                Release(message.Cost);
                // The answer to a request was taken by whoever asked, be the inbox read or not.
                if (message.Exchange is not null)
                    await AcknowledgeAsync(received, stop).ConfigureAwait(false);
                else
                    _delivered.Writer.TryWrite(new Delivered(received, taken));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not acknowledged: a broker that keeps the session sends them again.
        }
    }

    /// <summary>Acknowledges what was taken from the inbox, in the order in which it came (MQTT 5.0, 4.6).</summary>
    private async Task AcknowledgeTakenAsync()
    {
        var stop = _stop.Token;
        try
        {
            await foreach (var delivered in _delivered.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                _next = delivered;
                await delivered.Taken.WaitAsync(stop).ConfigureAwait(false);
                await AcknowledgeAsync(delivered.Received, stop).ConfigureAwait(false);
                _next = null;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not acknowledged: a broker that keeps the session sends them again.
        }
    }

    private bool IsTakenUnacknowledged() =>
        _next is { Taken.IsCompleted: true }
        || (_next is null && _delivered.Reader.TryPeek(out var head) && head.Taken.IsCompleted);

    /// <returns>Ends when the message was taken.</returns>
    private async ValueTask<Task> DeliverAsync(
        MqttApplicationMessageReceivedEventArgs received,
        Message message,
        CancellationToken cancellationToken
    )
    {
        var isExactlyOnce = received.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce;
        // One that the broker sends as new is shown though its number is not free: better twice than never.
        if (isExactlyOnce && received.ApplicationMessage.Dup && _memory.IsUnreleased(received.PacketIdentifier))
            return Task.CompletedTask;
        var taken = await _context.Inbox.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        if (isExactlyOnce)
            _memory.Delivered(received.PacketIdentifier);
        return taken;
    }

    private void Release(long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            _waitingBytes -= bytes;
            if (_waitingBytes < MaximumWaitingBytes)
                (room, _room) = (_room, null);
        }

        room?.TrySetResult();
    }

    private async Task AcknowledgeAsync(
        MqttApplicationMessageReceivedEventArgs received,
        CancellationToken cancellationToken
    )
    {
        // Before the acknowledgement goes out: the broker may answer it with the next message at once.
        Interlocked.Decrement(ref _waiting);
        try
        {
            await received.AcknowledgeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (MqttFailures.IsExpected(exception))
        {
            // The connection ended meanwhile, which its completion reports; the message is delivered, and may come again as a duplicate.
        }
    }

    private Message ToMessage(MqttApplicationMessage message)
    {
        var request = _replies.Find(message);
        var received = MqttDetails.ToMessage(
            message,
            _context.Time.GetUtcNow(),
            Direction.In,
            isReplayed: message.Retain,
            exchange: request?.Exchange,
            roundTrip: request is null ? null : _replies.Elapsed(request)
        );
        request?.Add(received);
        return received;
    }

    private sealed record Delivered(MqttApplicationMessageReceivedEventArgs Received, Task Taken);

    private readonly record struct Waiting(MqttApplicationMessageReceivedEventArgs Received, Message Message);
}
