using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Wire;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Wire;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Looks through what a peer holds, and at the packets.</summary>
internal sealed class BrowseEffects
{
    /// <summary>Most nodes or packets in one event.</summary>
    private const int Batch = 256;

    private readonly Cancellations _reading = new();
    private readonly ConnectionEffects _connections;
    private readonly Action<AppEvent> _post;

    public BrowseEffects(ConnectionEffects connections, Action<AppEvent> post)
    {
        _connections = connections;
        _post = post;
    }

    /// <summary>Lists nodes until the listing ends or is ended.</summary>
    public Task ListAsync(Effect.ListNodes list, CancellationToken cancellationToken) =>
        ReadAsync(
            list.Generation,
            token => Browsable(list.Source).ListAsync(list.Parent, token),
            nodes => new BrowseListed(list.Generation, nodes),
            new BrowseEnded(list.Generation),
            cancellationToken
        );

    /// <summary>Asks what an action would do.</summary>
    public async Task PlanAsync(Effect.PlanAction plan, CancellationToken cancellationToken)
    {
        var planned = await Browsable(plan.Source)
            .PlanAsync(plan.Node, plan.Call, cancellationToken)
            .ConfigureAwait(false);
        _post(new BrowsePlanned(plan.Generation, planned));
    }

    /// <summary>Does what was planned.</summary>
    public async Task RunAsync(Effect.RunAction run, CancellationToken cancellationToken)
    {
        var result = await _connections.RunAsync(run.Source, run.Plan, cancellationToken).ConfigureAwait(false);
        _post(new AppEvent.Told(result.IsDone ? StatusLevel.Good : StatusLevel.Error, result.Text));
        if (run.Plan.Call.Action.IsChange)
            _post(new BrowseActed(run.Generation));
    }

    /// <summary>Records packets until ended.</summary>
    public Task ReadWireAsync(Effect.ReadWire read, CancellationToken cancellationToken) =>
        ReadAsync(
            read.Generation,
            token => _connections.WireOf(read.Source).ReadAsync(read.Only, token),
            packets => new WireSeen(read.Generation, packets),
            new WireEnded(read.Generation),
            cancellationToken
        );

    /// <summary>Ends a listing or a recording.</summary>
    public Task EndAsync(Effect.EndReading end) => _reading.CancelAsync(end.Generation);

    private async Task ReadAsync<T>(
        long generation,
        Func<CancellationToken, IAsyncEnumerable<T>> read,
        Func<IReadOnlyList<T>, AppEvent> seen,
        AppEvent ended,
        CancellationToken cancellationToken
    )
    {
        using var reading = _reading.Begin(generation, cancellationToken);
        try
        {
            var batches = Batches.Of(read(reading.Token), Batch, reading.Token);
            await foreach (var batch in batches.ConfigureAwait(false))
            {
                // The next batch waits until the loop has taken this one: it collects no more than it can show.
                var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _post(new AppEvent.Acknowledged(seen(batch), taken));
                await taken.Task.WaitAsync(reading.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
            when (reading.Token.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The user left the screen: that is how a reading ends.
        }
        finally
        {
            _post(ended);
        }
    }

    private IBrowsable Browsable(int source) =>
        _connections.FeatureOf<IBrowsable>(source) ?? throw Gone("has nothing to browse");

    private static TransportException Gone(string what) =>
        new(FailureKind.Lost, $"the connection is not alive any more, or {what}; connect it again and retry");
}
