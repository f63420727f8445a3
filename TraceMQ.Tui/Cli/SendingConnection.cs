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

    /// <param name="target">Where to.</param>
    /// <param name="first">What a read-only profile is asked about before anything is connected.</param>
    /// <param name="host">The surroundings.</param>
    /// <param name="log">For diagnosis.</param>
    public SendingConnection(Target target, OutgoingMessage first, CliHost host, ILogger log)
    {
        _host = host;
        Supervisor = new SessionSupervisor(
            target.Transport,
            target.With(profile => Apply(profile, target.Transport.Changes(first))).Resolve,
            _inbox,
            OnEvent,
            new SupervisorOptions { OnlySends = true },
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

    private static Profile Apply(Profile profile, bool isChange)
    {
        if (profile.Mode == ProfileMode.Server)
        {
            throw new TransportException(
                FailureKind.Configuration,
                "This profile listens, so there is nobody yet to send to: connect to its address with a URL instead."
            );
        }

        if (profile.IsReadOnly && isChange)
        {
            throw new TransportException(
                FailureKind.Configuration,
                "This profile is read-only, so nothing was sent; set read_only = false in it to send."
            );
        }

        return profile;
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
