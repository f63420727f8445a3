using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Passes received messages to the inbox. Those of QoS 0 go at once and may be dropped there. Those of QoS 1 and 2 wait for room and are
/// acknowledged after that. How many can wait here is bounded twice: by the number of packet identifiers, beyond which the
/// connection ends, and by their bytes, beyond which nothing more is read from the broker.
/// </summary>
internal sealed class MqttReceiver : IAsyncDisposable
{
    /// <summary>Bytes of waiting messages beyond which the broker has to wait.</summary>
    internal const long MaximumWaitingBytes = 32 << 20;

    // As many as there are packet identifiers. The receive maximum would be less, but mosquitto sends more than it now and then.
    private const int MostWaiting = ushort.MaxValue;

    private readonly SessionContext _context;
    private readonly MqttReplies _replies;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<MqttApplicationMessageReceivedEventArgs> _acknowledged =
        Channel.CreateUnbounded<MqttApplicationMessageReceivedEventArgs>(
            new UnboundedChannelOptions { SingleReader = true }
        );
    private readonly TaskCompletionSource _overrun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Task _pump;
    private TaskCompletionSource? _room;
    private long _waitingBytes;
    private int _waiting;
    private int _isDisposed;

    public MqttReceiver(SessionContext context, MqttReplies replies)
    {
        _context = context;
        _replies = replies;
        _pump = PumpAsync();
    }

    /// <summary>Takes a message from the library, whose handler is serial: it never waits here.</summary>
    public Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        if (received.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            _context.Inbox.TryPost(ToMessage(received.ApplicationMessage));
            return Task.CompletedTask;
        }

        received.AutoAcknowledge = false;
        lock (_lock)
        {
            if (++_waiting > MostWaiting)
            {
                _overrun.TrySetResult();
                return Task.CompletedTask;
            }

            _waitingBytes += received.ApplicationMessage.Payload.Length;
        }

        _acknowledged.Writer.TryWrite(received);
        return Task.CompletedTask;
    }

    /// <summary>Ends where the broker sent more than it may before an acknowledgement (MQTT 5.0, 2.2.1).</summary>
    public Task Overrun => _overrun.Task;

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

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _acknowledged.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task PumpAsync()
    {
        var stop = _stop.Token;
        try
        {
            await foreach (var received in _acknowledged.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                await _context.Inbox.WriteAsync(ToMessage(received.ApplicationMessage), stop).ConfigureAwait(false);
                Release(received.ApplicationMessage.Payload.Length);
                await AcknowledgeAsync(received, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not acknowledged: a broker that keeps the session sends them again.
        }
    }

    // Before the acknowledgement goes out: the broker may answer it with the next message at once.
    private void Release(long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            _waiting--;
            _waitingBytes -= bytes;
            if (_waitingBytes < MaximumWaitingBytes)
                (room, _room) = (_room, null);
        }

        room?.TrySetResult();
    }

    private static async Task AcknowledgeAsync(
        MqttApplicationMessageReceivedEventArgs received,
        CancellationToken cancellationToken
    )
    {
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
}
