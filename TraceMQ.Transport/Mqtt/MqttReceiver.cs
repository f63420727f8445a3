using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Passes received messages to the inbox. Those of QoS 0 go at once and may be dropped there. Those of QoS 1 and 2 wait for room and are
/// acknowledged after that: the broker's window (receive maximum, or its own limit before 5.0) bounds how many can wait here, and the
/// library's serial handler never waits, so that its unbounded queue stays empty.
/// </summary>
internal sealed class MqttReceiver : IAsyncDisposable
{
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<MqttApplicationMessageReceivedEventArgs> _acknowledged =
        Channel.CreateUnbounded<MqttApplicationMessageReceivedEventArgs>(
            new UnboundedChannelOptions { SingleReader = true }
        );
    private readonly Task _pump;
    private int _isDisposed;

    public MqttReceiver(SessionContext context)
    {
        _context = context;
        _pump = PumpAsync();
    }

    public Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        if (received.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            _context.Inbox.TryPost(ToMessage(received.ApplicationMessage));
            return Task.CompletedTask;
        }

        received.AutoAcknowledge = false;
        _acknowledged.Writer.TryWrite(received);
        return Task.CompletedTask;
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
                await AcknowledgeAsync(received, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not acknowledged: a broker that keeps the session sends them again.
        }
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

    private Message ToMessage(MqttApplicationMessage message) =>
        MqttDetails.ToMessage(message, _context.Time.GetUtcNow(), Direction.In, isReplayed: message.Retain);
}
