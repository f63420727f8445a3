using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary>
/// Writes received messages to stdout until it is enough. One loop owns the output: it wakes when messages wait, something happened to the
/// connection, the time is over or a signal came; what waits is written in one go and flushed when nothing waits any more.
/// </summary>
internal sealed class SubRun
{
    private const int InboxCapacity = 200_000;
    private const long InboxBytes = 256L << 20;
    private const int BatchSize = 1024;

    // From this many messages at once it is a flood: then a short sleep collects more of them, and costs nobody a visible delay.
    private const int Flood = 32;
    private static readonly TimeSpan s_collect = TimeSpan.FromMilliseconds(10);

    private readonly SubRequest _request;
    private readonly CliHost _host;
    private readonly WakeUp _wake = new();
    private readonly Inbox _inbox;
    private readonly ConcurrentQueue<SessionEvent> _events = new();
    private readonly List<Message> _batch = new(BatchSize);
    private readonly ILogger _log;
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _finished = new(StringComparer.Ordinal);
    private long _remaining;
    private volatile int _wanted;
    private volatile bool _isTimeOver;
    private bool _wasConnected;
    private bool _isListening;
    private bool _isBroken;
    private int? _exitCode;

    public SubRun(SubRequest request, CliHost host, ILogger log)
    {
        _request = request;
        _host = host;
        _remaining = request.Count ?? long.MaxValue;
        _log = log;
        _inbox = new Inbox(InboxCapacity, InboxBytes, _wake.Call);
    }

    private TopicSyntax Topics => _request.Target.Transport.Topics;

    /// <summary>Runs until the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var supervisor = Supervise();
        await using (supervisor.ConfigureAwait(false))
        {
            using var stopping = stop.UnsafeRegister(static state => ((SubRun)state!)._wake.Call(), this);
            using var clock = _host.Time.CreateTimer(OnTimeOver, null, Limit(), Timeout.InfiniteTimeSpan);
            supervisor.Start();
            while (_exitCode is null)
            {
                await _wake.WaitAsync().ConfigureAwait(false);
                if (WriteWaiting(stop) >= Flood && _exitCode is null)
                    await Task.Delay(s_collect, _host.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return Finish();
    }

    private SessionSupervisor Supervise() =>
        new(
            _request.Target.Transport,
            _request.Target.With(Apply).Resolve,
            _inbox,
            happened =>
            {
                _events.Enqueue(happened);
                _wake.Call();
            },
            new SupervisorOptions(_request.Retries ? new ReconnectPolicy() : null)
            {
                EndsWhereFirstConnectFails = true,
            },
            _host.Time,
            _log
        );

    private Profile Apply(Profile profile)
    {
        var applied = _request.Apply(profile);
        _wanted = applied.Subscriptions.Count;
        return applied;
    }

    private TimeSpan Limit() => _request.Timeout ?? Timeout.InfiniteTimeSpan;

    private void OnTimeOver(object? state)
    {
        _isTimeOver = true;
        _wake.Call();
    }

    /// <returns>How many messages were taken from the inbox.</returns>
    private int WriteWaiting(CancellationToken stop)
    {
        var taken = 0;
        bool isMore;
        do
        {
            HandleEvents();
            isMore = WriteBatch(ref taken);
            CheckLimits(stop);
        } while (isMore && _exitCode is null);
        _host.Console.Output.Flush();
        if (_host.Console.Output.IsClosed)
            _exitCode ??= ExitCode.Done;
        return taken;
    }

    private bool WriteBatch(ref int taken)
    {
        var isMore = _inbox.Drain(_batch, (int)Math.Min(BatchSize, _remaining));
        taken += _batch.Count;
        foreach (var message in _batch)
        {
            if (message.Mark is HistoryMark.Finished or HistoryMark.Broken)
                _finished.Add(message.Topic);
            _isBroken |= message.Mark == HistoryMark.Broken;
            if (!IsWanted(message))
                continue;
            _request.Format.Write(message, _host.Console.Output);
            _remaining--;
        }

        _batch.Clear();
        if (_host.Console.Output.IsClosed)
            _exitCode ??= ExitCode.Done;
        return isMore;
    }

    private bool IsWanted(Message message) =>
        message is { Direction: Direction.In, Mark: HistoryMark.None }
        && (!_isListening || _request.Topics.Count == 0 || IsAskedFor(message))
        && (_request.Filter is null || _request.Filter(message));

    private bool IsAskedFor(Message message)
    {
        foreach (var topic in _request.Topics)
        {
            if (Topics.Matches(topic, message.Topic))
                return true;
        }

        return false;
    }

    private void CheckLimits(CancellationToken stop)
    {
        if (_remaining == 0)
        {
            _exitCode ??= ExitCode.Done;
        }
        else if (IsHistoryOver())
        {
            _exitCode ??= _isBroken ? ExitCode.Failed : ExitCode.Done;
        }
        else if (stop.IsCancellationRequested)
        {
            _exitCode ??= _request.Count is null ? ExitCode.Done : ExitCode.Interrupted;
        }
        else if (_isTimeOver && _exitCode is null)
        {
            _exitCode = _wasConnected && _request.Count is null ? ExitCode.Done : ExitCode.TimedOut;
            if (!_wasConnected)
                _host.Console.Say($"There was no connection within {Quantity.Format(Limit())}.");
            else if (_request.Count is { } count)
                _host.Console.Say(
                    $"Only {count - _remaining} of {count} messages came within {Quantity.Format(Limit())}."
                );
        }
    }

    // Where a subscription ended by itself, and the others are over too, nothing would ever come.
    private bool IsHistoryOver() =>
        (_request.EndsWithHistory || _isBroken)
        && _subscribed.Count == _wanted
        && _finished.IsSupersetOf(_subscribed)
        && _wanted > 0;

    private void HandleEvents()
    {
        while (_events.TryDequeue(out var happened))
            Handle(happened);
    }

    private void Handle(SessionEvent happened)
    {
        var console = _host.Console;
        switch (happened)
        {
            case SessionEvent.Connected connected:
                if (_wasConnected)
                    console.Say("connected again");
                _wasConnected = true;
                _isListening = connected.Capabilities.HasFlag(Capabilities.Listen);
                foreach (var url in connected.ListensOn)
                    console.Say($"listening on {url}");
                break;
            case SessionEvent.Subscribed { Result.IsAccepted: true } subscribed:
                _subscribed.Add(subscribed.Subscription.Topic);
                console.Say(
                    subscribed.Subscription.Topic.Length == 0
                        ? $"subscribed to {Topics.Everything}"
                        : $"subscribed {subscribed.Subscription.Topic}"
                );
                break;
            case SessionEvent.Subscribed refused:
                console.Say($"refused {Topics.Shown(refused.Subscription.Topic)}: {refused.Result.Text}");
                _exitCode ??= ExitCode.Failed;
                break;
            case SessionEvent.Noticed noticed:
                console.Say(
                    noticed.Notice.Level == NoticeLevel.Warning
                        ? $"warning: {noticed.Notice.Text}"
                        : noticed.Notice.Text
                );
                break;
            case SessionEvent.Waiting waiting:
                console.Say($"lost: {waiting.Reason.Message} {Again(waiting.Delay)}");
                break;
            case SessionEvent.Ended ended:
                if (ended.Reason is not null && _exitCode is null)
                    console.Say(ended.Reason.Message);
                _exitCode ??= ended.Reason is null ? ExitCode.Done : CliException.CodeOf(ended.Reason);
                break;
        }
    }

    private static string Again(TimeSpan delay) =>
        delay == TimeSpan.Zero ? "Trying again now." : $"Trying again in {delay.TotalSeconds:0.0}s.";

    private int Finish()
    {
        // What came before the end belongs to the output, unless the wanted number is reached.
        var isMore = _remaining > 0;
        var taken = 0;
        while (isMore && !_host.Console.Output.IsClosed)
            isMore = WriteBatch(ref taken) && _remaining > 0;
        _host.Console.Output.Flush();
        if (_inbox.Dropped > 0)
            _host.Console.Say(
                $"dropped {_inbox.Dropped} of {_inbox.Received} messages: they came faster than they could be written"
            );
        return _exitCode ?? ExitCode.Done;
    }
}
