using System.Runtime.CompilerServices;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What our hub has to look through: its clients with their links, and its partitions with their readers. Each table lives on while somebody looks.</summary>
internal sealed class HubBrowser : IBrowsable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private static readonly Setting<string> s_reason = Setting.Text(
        "reason",
        "What the client is told.",
        "disconnected by the operator"
    );

    private static readonly SessionAction s_disconnect = new(
        "disconnect",
        "Ends the client's connection.",
        IsChange: true,
        [s_reason]
    );

    private static readonly SessionAction s_detach = new(
        "detach",
        "Ends this link of the client; its connection lives on.",
        IsChange: true,
        [s_reason]
    );

    private static readonly SessionAction s_clear = new(
        "clear",
        "Drops the partition's events; its numbers go on.",
        IsChange: true,
        []
    );

    private readonly LocalHub _hub;
    private readonly HubNodes _nodes;
    private readonly TimeProvider _time;

    public HubBrowser(LocalHub hub, TimeProvider time)
    {
        _hub = hub;
        _time = time;
        _nodes = new HubNodes(hub, time, s_disconnect, s_detach, s_clear);
    }

    public async IAsyncEnumerable<Node> ListAsync(
        NodePath? parent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (parent is null)
        {
            foreach (var root in HubNodes.Roots)
                yield return root;
            yield break;
        }

        var seen = new Dictionary<NodePath, Node>();
        while (true)
        {
            var gone = seen.Keys.ToHashSet();
            foreach (var node in _nodes.Below(parent.Value))
            {
                gone.Remove(node.Path);
                seen[node.Path] = node;
                yield return node;
            }

            foreach (var path in gone)
            {
                seen.Remove(path, out var node);
                yield return node! with
                {
                    IsGone = true,
                };
            }

            await Task.Delay(s_interval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken)
    {
        var (summary, step) = call.Action.Name switch
        {
            "clear" => (
                $"drops {_hub.FindPartition(node.Keys[^1])?.State.Count ?? 0:N0} events of partition {node.Keys[^1]}",
                $"partition {node.Keys[^1]}"
            ),
            "detach" => ($"ends the link {node.Keys[^1]} of {node.Keys[^2]}", node.Keys[^1]),
            _ => ($"ends the connection of {node.Keys[^1]}", node.Keys[^1]),
        };
        return Task.FromResult(new ActionPlan(node, call, summary, [step]));
    }

    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken) =>
        Task.FromResult(
            plan.Call.Action.Name switch
            {
                "clear" => Clear(plan.Node.Keys[^1]),
                "detach" => Detach(plan),
                _ => Disconnect(plan),
            }
        );

    private ActionResult Clear(string id) =>
        _hub.FindPartition(id) is { } partition
            ? new ActionResult(IsDone: true, $"Dropped {partition.Clear():N0} events of partition {id}.")
            : new ActionResult(IsDone: false, $"There is no partition {id}.");

    private ActionResult Disconnect(ActionPlan plan)
    {
        var address = plan.Node.Keys[^1];
        if (_hub.Clients.FirstOrDefault(client => client.Address == address) is not { } found)
            return new ActionResult(IsDone: false, $"{address} is not connected any more.");
        found.Close(AmqpConditions.ConnectionForced, plan.Call.Values.Get(s_reason));
        return new ActionResult(IsDone: true, $"Disconnected {address}.");
    }

    private ActionResult Detach(ActionPlan plan)
    {
        var (client, link) = _nodes.FindLink(plan.Node);
        if (client is null || link is null)
            return new ActionResult(IsDone: false, "The link is not there any more.");
        var reason = plan.Call.Values.Get(s_reason);
        client.Post(() => link.Detach(AmqpConditions.DetachForced, reason));
        return new ActionResult(IsDone: true, $"Ended the link {link.Name} of {client.Address}.");
    }
}
