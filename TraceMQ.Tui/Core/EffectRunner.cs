using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Tui.Core.Effects;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Core;

/// <summary>Does what updates ask for, outside the loop, and answers with events. One of the three places that may catch any exception.</summary>
internal sealed class EffectRunner : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly EffectLanes _lanes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly EffectSet _set;
    private readonly Action<AppEvent> _post;
    private readonly ILogger _log;

    public EffectRunner(EffectSet set, Action<AppEvent> post, ILogger log)
    {
        _set = set;
        _post = post;
        _log = log;
    }

    /// <summary>Starts a connection on its inbox.</summary>
    public void Start(Effect.Connect connect, Inbox inbox) =>
        Track(connect, token => _set.Connections.ConnectAsync(connect, inbox, token));

    /// <summary>Searches the backlog for a scope.</summary>
    public void Start(Effect.ChangeScope change, FilteredRows hits) =>
        Track(change, token => _set.Searches.ScanAsync(change, hits, token));

    /// <summary>Starts an effect.</summary>
    public void Start(Effect effect) => Track(effect, token => Run(effect, token));

    /// <summary>Cancels what runs and ends the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _set.Connections.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Task Run(Effect effect, CancellationToken token) =>
        effect switch
        {
            Effect.Retry retry => _set.Connections.RetryAsync(retry),
            Effect.Disconnect disconnect => _set.Connections.DisconnectAsync(disconnect),
            Effect.Subscribe subscribe => _set.Connections.SubscribeAsync(subscribe, token),
            Effect.Unsubscribe unsubscribe => _set.Connections.UnsubscribeAsync(unsubscribe, token),
            Effect.Publish publish => _set.Connections.PublishAsync(publish, token),
            Effect.Request request => _set.Connections.RequestAsync(request, token),
            Effect.ReadFacts read => Now(() => _set.Connections.ReadFacts(read)),
            Effect.ListTopics list => _set.Connections.ListTopicsAsync(list, token),
            Effect.Cancel cancel => _set.Connections.CancelAsync(cancel),
            Effect.TestProfile test => _set.Connections.TestAsync(test, token),
            Effect.AnswerPrompt answer => _set.Prompts.AnswerAsync(answer),
            Effect.ListNodes list => _set.Browsing.ListAsync(list, token),
            Effect.PlanAction plan => _set.Browsing.PlanAsync(plan, token),
            Effect.RunAction run => _set.Browsing.RunAsync(run, token),
            Effect.ReadWire read => _set.Browsing.ReadWireAsync(read, token),
            Effect.EndReading end => _set.Browsing.EndAsync(end),
            Effect.Find find => _set.Searches.FindAsync(find, token),
            Effect.StepOnTopic step => _set.Searches.StepAsync(step, token),
            Effect.OpenMessage open => _set.Messages.OpenAsync(open, token),
            Effect.Copy copy => _set.Messages.CopyAsync(copy, token),
            Effect.Pipe pipe => _set.Messages.PipeAsync(pipe, token),
            Effect.ViewInEditor view => _set.Messages.ViewAsync(view, token),
            Effect.WriteMessages write => _set.Messages.WriteAsync(write, token),
            Effect.Resend resend => _set.Messages.ResendAsync(resend, token),
            Effect.SaveProfile save => _set.Profiles.SaveAsync(save, token),
            Effect.RemoveProfile remove => _set.Profiles.RemoveAsync(remove, token),
            Effect.RestoreProfile => _set.Profiles.RestoreAsync(token),
            Effect.WriteText write => _set.Files.WriteAsync(write, token),
            Effect.ReadText read => _set.Files.ReadAsync(read, token),
            Effect.CopyText copy => _set.Files.CopyAsync(copy, token),
            Effect.EditText edit => _set.Files.EditAsync(edit, token),
            Effect.Suspend => Now(_set.Terminal.Suspend),
            Effect.Redraw => Now(_set.Terminal.Redraw),
            Effect.SetMouse mouse => Now(() => _set.Terminal.SetMouse(mouse.IsOn)),
            Effect.Quit => Now(_set.Terminal.Stop),
            _ => throw new InvalidOperationException($"no one does {effect.GetType().Name}"),
        };

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private void Track(Effect effect, Func<CancellationToken, Task> run)
    {
        if (effect.Lane is not { } lane)
        {
            Track(OffTheLoopAsync(() => GuardAsync(effect, run)));
        }
        else if (_lanes.Add(lane, () => BeginAsync(effect, run)) is { } work)
        {
            Track(OffTheLoopAsync(work));
        }
    }

    /// <summary>Begins an effect of a lane, and waits for its end only where what follows has to.</summary>
    private Task BeginAsync(Effect effect, Func<CancellationToken, Task> run)
    {
        var task = GuardAsync(effect, run);
        if (effect.HoldsLane)
            return task;
        Track(task);
        return Task.CompletedTask;
    }

    private void Track(Task task)
    {
        if (task.IsCompleted)
            return;
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(
            done => _running.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    // Off the loop's thread from the first instruction: an effect may compute before it waits.
    private static async Task OffTheLoopAsync(Func<Task> work)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await work().ConfigureAwait(false);
    }

    private async Task GuardAsync(Effect effect, Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (TransportException failure)
        {
            _post(new AppEvent.Told(StatusLevel.Error, failure.Message));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _log.LogError(failure, "effect {Effect} failed", effect.GetType().Name);
            _post(
                new AppEvent.Told(StatusLevel.Error, $"that did not work: {failure.Message}; the log has the details")
            );
        }
    }
}
