using System.Runtime.CompilerServices;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>A hub to look through: its partitions, and our own readers. It changes nothing, and lists go on living until they are left.</summary>
internal sealed class HubClientBrowser : IBrowsable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly HubLink _link;
    private readonly TimeProvider _time;
    private readonly HubClientNodes _nodes;

    /// <param name="link">The hub.</param>
    /// <param name="way">Where it is.</param>
    /// <param name="positions">Where our own readers stand.</param>
    /// <param name="time">The clock.</param>
    public HubClientBrowser(
        HubLink link,
        HubWay way,
        Func<IReadOnlyList<(string Topic, HubPosition Position)>> positions,
        TimeProvider time
    )
    {
        _link = link;
        _time = time;
        _nodes = new HubClientNodes(way, positions);
    }

    public async IAsyncEnumerable<Node> ListAsync(
        NodePath? parent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var before = new Dictionary<NodePath, Node>();
        while (true)
        {
            var now = new Dictionary<NodePath, Node>();
            foreach (var node in await OfAsync(parent, cancellationToken).ConfigureAwait(false))
                now[node.Path] = node;
            foreach (var node in now.Values)
                yield return node;
            foreach (var gone in before.Values.Where(node => !now.ContainsKey(node.Path)))
                yield return gone with
                {
                    IsGone = true,
                };
            before = now;
            await Task.Delay(s_interval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken) =>
        Task.FromException<ActionPlan>(NoActions());

    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken) =>
        Task.FromException<ActionResult>(NoActions());

    private static TransportException NoActions() =>
        new(FailureKind.Configuration, "Nothing of an event hub is changed from here: use Azure's own tools.");

    private async Task<IEnumerable<Node>> OfAsync(NodePath? parent, CancellationToken cancellationToken)
    {
        if (parent?.Keys is not (null or [HubClientNodes.HubKey] or [HubClientNodes.ReadersKey]))
            return [];
        var partitions = await Task.WhenAll(
                _link.Hub.Partitions.Select(id => _link.Management.PartitionAsync(id, cancellationToken))
            )
            .ConfigureAwait(false);
        return parent?.Keys switch
        {
            null => _nodes.Roots(_link.Hub, partitions),
            [HubClientNodes.HubKey] => _nodes.Partitions(partitions),
            _ => _nodes.Readers(partitions),
        };
    }
}
