namespace TraceMQ.Transport.Browsing;

/// <summary>A session whose peer has something to look through: retained topics, streams, partitions, clients.</summary>
public interface IBrowsable
{
    /// <summary>The nodes below a node; null for the roots. A node that is yielded again replaces the one with its path, so that a listing can go on living until it is cancelled.</summary>
    IAsyncEnumerable<Node> ListAsync(NodePath? parent, CancellationToken cancellationToken);

    /// <summary>What an action would do, for the user to see first. Changes nothing.</summary>
    Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken);

    /// <summary>Does what was planned.</summary>
    Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken);
}
