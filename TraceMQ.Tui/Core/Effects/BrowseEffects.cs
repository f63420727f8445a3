using System.Collections.Concurrent;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Wire;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Looks through what a peer holds, and at the packets.</summary>
internal sealed class BrowseEffects
{
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _reading = new();
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
            async token =>
            {
                await foreach (var node in Browsable(list.Source).ListAsync(list.Parent, token).ConfigureAwait(false))
                    _post(new BrowseListed(list.Generation, node));
                _post(new BrowseListed(list.Generation, Node: null));
            },
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
        _post(new BrowseActed());
    }

    /// <summary>Records packets until ended.</summary>
    public Task ReadWireAsync(Effect.ReadWire read, CancellationToken cancellationToken) =>
        ReadAsync(
            read.Generation,
            async token =>
            {
                await foreach (
                    var record in _connections.WireOf(read.Source).ReadAsync(only: null, token).ConfigureAwait(false)
                )
                    _post(new WireSeen(read.Generation, record));
                _post(new WireEnded(read.Generation));
            },
            cancellationToken
        );

    /// <summary>Ends a listing or a recording.</summary>
    public async Task EndAsync(Effect.EndReading end)
    {
        if (_reading.TryRemove(end.Generation, out var reading))
            await reading.CancelAsync().ConfigureAwait(false);
    }

    private async Task ReadAsync(
        long generation,
        Func<CancellationToken, Task> read,
        CancellationToken cancellationToken
    )
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading[generation] = reading;
        try
        {
            await read(reading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
            when (reading.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The user left the screen: that is how a reading ends.
        }
        finally
        {
            _reading.TryRemove(generation, out _);
        }
    }

    private IBrowsable Browsable(int source) =>
        _connections.FeatureOf<IBrowsable>(source) ?? throw Gone("has nothing to browse");

    private static TransportException Gone(string what) =>
        new(FailureKind.Lost, $"the connection is not alive any more, or {what}; connect it again and retry");
}
