using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Wire;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Holds the supervised connections, and is the only one of the screen's side that touches them.</summary>
internal sealed class ConnectionEffects : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, SessionSupervisor> _live = new();
    private readonly Cancellations _waiting = new();
    private readonly ReferenceResolver _resolver;
    private readonly Action<AppEvent> _post;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private bool _isDisposed;

    public ConnectionEffects(ReferenceResolver resolver, Action<AppEvent> post, TimeProvider time, ILoggerFactory logs)
    {
        _resolver = resolver;
        _post = post;
        _time = time;
        _logs = logs;
    }

    /// <summary>Starts a supervised connection, replacing one of the same source that has ended.</summary>
    public async Task ConnectAsync(Effect.Connect connect, Inbox inbox, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var resolver = _resolver.ForConnection();
        var supervisor = new SessionSupervisor(
            connect.Transport,
            token => resolver.ReadAsync(connect.Transport, connect.Profile, token),
            inbox,
            report => _post(new AppEvent.SessionReported(connect.Source, report)),
            new SupervisorOptions(new ReconnectPolicy()) { IsReadOnly = connect.IsReadOnly },
            _time,
            _logs.CreateLogger(connect.Transport.Protocol)
        );
        if (_live.TryRemove(connect.Source, out var ended))
            await ended.DisposeAsync().ConfigureAwait(false);
        _live[connect.Source] = supervisor;
        // Looked at after it was added: either the end of the program sees it in the list, or it is seen here that the end has come.
        if (Volatile.Read(ref _isDisposed))
            return;
        supervisor.Start();
    }

    /// <summary>Tries again at once.</summary>
    public Task RetryAsync(Effect.Retry retry)
    {
        Of(retry.Source).RetryNow();
        return Task.CompletedTask;
    }

    /// <summary>Ends a connection.</summary>
    public async Task DisconnectAsync(Effect.Disconnect disconnect)
    {
        if (_live.TryRemove(disconnect.Source, out var supervisor))
            await supervisor.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Subscribes; the supervisor reports the answer.</summary>
    public async Task SubscribeAsync(Effect.Subscribe subscribe, CancellationToken cancellationToken) =>
        await Of(subscribe.Source).SubscribeAsync(subscribe.Subscription, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends a subscription; the supervisor reports it.</summary>
    public async Task UnsubscribeAsync(Effect.Unsubscribe unsubscribe, CancellationToken cancellationToken) =>
        await Of(unsubscribe.Source)
            .UnsubscribeAsync(unsubscribe.Subscription, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Sends a message and tells what the peer answered.</summary>
    public async Task PublishAsync(Effect.Publish publish, CancellationToken cancellationToken)
    {
        PublishResult result;
        try
        {
            result = await Of(publish.Source).PublishAsync(publish.Message, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException failure)
        {
            result = new PublishResult(IsAccepted: false, failure.Message, TimeSpan.Zero);
        }

        _post(new Screens.Publish.PublishAnswered(publish.Ticket, publish.Message.Topic, result, _time.GetUtcNow()));
    }

    /// <summary>Sends a request and tells of each response, or why there was none.</summary>
    public async Task RequestAsync(Effect.Request request, CancellationToken cancellationToken)
    {
        var count = 0;
        using var waiting = _waiting.Begin(request.Ticket, cancellationToken);
        try
        {
            var responses = Of(request.Source).RequestAsync(request.Message, request.Options, waiting.Token);
            await foreach (var response in responses.ConfigureAwait(false))
                Tell(new Screens.Publish.RequestOutcome.Response(++count, response));
        }
        catch (TransportException failure)
        {
            Tell(new Screens.Publish.RequestOutcome.Failed(failure.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody waits any more: the dialog was left.
        }

        void Tell(Screens.Publish.RequestOutcome outcome) =>
            _post(
                new Screens.Publish.RequestAnswered(request.Ticket, request.Message.Topic, outcome, _time.GetUtcNow())
            );
    }

    /// <summary>Tells the facts of a live session as they are now.</summary>
    public void ReadFacts(Effect.ReadFacts read)
    {
        if (_live.TryGetValue(read.Source, out var supervisor) && supervisor.IsConnected)
            _post(new Screens.ConnectionCard.FactsRead(read.Source, supervisor.Facts));
    }

    /// <summary>Tells which topics the peer has. That it does not say is no news: whoever browses is told why.</summary>
    public async Task ListTopicsAsync(Effect.ListTopics list, CancellationToken cancellationToken)
    {
        if (FeatureOf<IKnownTopics>(list.Source) is not { } known)
            return;
        try
        {
            var topics = await known.ListTopicsAsync(cancellationToken).ConfigureAwait(false);
            _post(new AppEvent.TopicsKnown(list.Source, topics));
        }
        catch (TransportException failure)
        {
            _logs.CreateLogger<ConnectionEffects>().LogInformation("No topics are known: {Reason}", failure.Message);
        }
    }

    /// <summary>Nobody waits for the answer to a request any more.</summary>
    public Task CancelAsync(Effect.Cancel cancel) => _waiting.CancelAsync(cancel.Ticket);

    /// <summary>Does what was planned on a node of a peer.</summary>
    public Task<ActionResult> RunAsync(int source, ActionPlan plan, CancellationToken cancellationToken) =>
        Of(source).RunAsync(plan, cancellationToken);

    /// <summary>Tries a profile step by step.</summary>
    public async Task TestAsync(Effect.TestProfile test, CancellationToken cancellationToken)
    {
        var profile = await _resolver.ReadAsync(test.Transport, test.Profile, cancellationToken).ConfigureAwait(false);
        var context = new SessionContext(
            new Inbox(1, 1 << 20, () => { }),
            Channel
                .CreateBounded<Notice>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest })
                .Writer,
            _time,
            _logs.CreateLogger(test.Transport.Protocol)
        );
        await foreach (var step in test.Transport.TestAsync(profile, context, cancellationToken).ConfigureAwait(false))
            _post(new Screens.ProfileForm.ProfileTested(test.Generation, step));
    }

    /// <summary>The packets of a connection, over all its sessions.</summary>
    public WireLog WireOf(int source) => Of(source).Wire;

    /// <summary>What only some protocols have, of the live session; null where there is none.</summary>
    public T? FeatureOf<T>(int source)
        where T : class => _live.TryGetValue(source, out var supervisor) ? supervisor.Feature<T>() : null;

    /// <summary>Ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isDisposed, true);
        var ending = _live.Values.Select(supervisor => supervisor.DisposeAsync().AsTask()).ToArray();
        _live.Clear();
        await Task.WhenAll(ending).ConfigureAwait(false);
    }

    private SessionSupervisor Of(int source) =>
        _live.TryGetValue(source, out var supervisor)
            ? supervisor
            : throw new TransportException(
                FailureKind.Lost,
                "the connection was closed; connect the profile again (Enter in Profiles)"
            );
}
