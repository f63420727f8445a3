using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary>A connection of a command that sends: it is made once, and its loss ends the command.</summary>
internal sealed class SendingConnection : IAsyncDisposable
{
    private readonly Inbox _inbox = Inbox.Discarding();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CliHost _host;

    public SendingConnection(Target target, CliHost host, ILogger log)
    {
        _host = host;
        Supervisor = new SessionSupervisor(
            target.Transport,
            target.With(profile => Apply(profile)).Resolve,
            _inbox,
            OnEvent,
            new SupervisorOptions(),
            host.Time,
            log
        );
    }

    public SessionSupervisor Supervisor { get; }

    /// <summary>Connects.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Supervisor.Start();
        await _connected.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Supervisor.DisposeAsync();

    private static Profile Apply(Profile profile)
    {
        if (profile.Mode == ProfileMode.Server)
        {
            throw new TransportException(
                FailureKind.Configuration,
                "This profile listens, so there is nobody yet to send to: connect to its address with a URL instead."
            );
        }

        if (profile.IsReadOnly)
        {
            throw new TransportException(
                FailureKind.Configuration,
                "This profile is read-only, so nothing was sent; set read_only = false in it to send."
            );
        }

        return profile with
        {
            Subscriptions = [],
        };
    }

    private void OnEvent(SessionEvent happened)
    {
        switch (happened)
        {
            case SessionEvent.Connected:
                _connected.TrySetResult();
                break;
            case SessionEvent.Noticed { Notice.Level: NoticeLevel.Warning } noticed:
                _host.Console.Say($"warning: {noticed.Notice.Text}");
                break;
            case SessionEvent.Ended { Reason: { } reason }:
                _connected.TrySetException(reason);
                break;
            case SessionEvent.Ended:
                _connected.TrySetCanceled();
                break;
        }
    }
}
