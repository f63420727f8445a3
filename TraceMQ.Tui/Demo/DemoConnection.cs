using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Demo;

/// <summary>A connection behind the demo's screen: the broker, or the plant. Its messages are taken as they come.</summary>
internal sealed class DemoConnection : IAsyncDisposable
{
    private const int Batch = 256;

    private readonly Channel<bool> _waiting = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly TaskCompletionSource<IReadOnlyList<string>> _ready = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Inbox _inbox;
    private readonly Action<Message> _take;
    private readonly Task _taking;
    private readonly bool _isSubscriber;
    private readonly ILogger _log;
    private IReadOnlyList<string> _urls = [];

    /// <param name="transport">The protocol.</param>
    /// <param name="profile">How to connect or listen.</param>
    /// <param name="policy">When to try again after a loss; null: never.</param>
    /// <param name="take">Gets every message, from one task; it must only pass it on.</param>
    /// <param name="time">The clock and the timers.</param>
    /// <param name="log">For diagnosis.</param>
    public DemoConnection(
        ITransport transport,
        Profile profile,
        ReconnectPolicy? policy,
        Action<Message> take,
        TimeProvider time,
        ILogger log
    )
    {
        _take = take;
        _log = log;
        _isSubscriber = profile.Subscriptions.Count > 0;
        _inbox = new Inbox(4096, 16 << 20, () => _waiting.Writer.TryWrite(true));
        _taking = TakeAsync();
        Supervisor = new SessionSupervisor(
            transport,
            _ => Task.FromResult(profile),
            _inbox,
            OnEvent,
            new SupervisorOptions(policy) { EndsWhereFirstConnectFails = true },
            time,
            log
        );
    }

    public SessionSupervisor Supervisor { get; }

    /// <summary>Starts, and waits until it listens, or is connected and subscribed.</summary>
    /// <returns>The URLs at which it listens; none where it connects.</returns>
    /// <exception cref="TransportException">It failed.</exception>
    public async Task<IReadOnlyList<string>> StartAsync(CancellationToken cancellationToken)
    {
        Supervisor.Start();
        return await _ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await Supervisor.DisposeAsync().ConfigureAwait(false);
        _waiting.Writer.TryComplete();
        await _taking.ConfigureAwait(false);
    }

    private void OnEvent(SessionEvent happened)
    {
        switch (happened)
        {
            case SessionEvent.Connected connected:
                _urls = connected.ListensOn;
                if (!_isSubscriber)
                    _ready.TrySetResult(_urls);
                break;
            case SessionEvent.Subscribed { Result.IsAccepted: true }:
                _ready.TrySetResult(_urls);
                break;
            case SessionEvent.Subscribed refused:
                _ready.TrySetException(new TransportException(FailureKind.RefusedByPeer, refused.Result.Text));
                break;
            case SessionEvent.Ended { Reason: { } reason }:
                _log.LogWarning("A connection of the demo ended: {Reason}", reason.Message);
                _ready.TrySetException(reason);
                break;
            case SessionEvent.Ended:
                _ready.TrySetCanceled();
                break;
        }
    }

    private async Task TakeAsync()
    {
        var messages = new List<Message>(Batch);
        await foreach (var _ in _waiting.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var isMore = true;
            while (isMore)
            {
                isMore = _inbox.Drain(messages, Batch);
                foreach (var message in messages)
                    _take(message);
                messages.Clear();
            }
        }
    }
}
