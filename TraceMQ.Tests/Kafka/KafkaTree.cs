using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Tests.Kafka;

/// <summary>Looks at the nodes of a session.</summary>
internal static class KafkaTree
{
    /// <summary>The first nodes below a path; the listing would go on living.</summary>
    public static async Task<IReadOnlyList<Node>> ListAsync(ISession session, string? path, int count)
    {
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var nodes = new List<Node>();
        var browsable = session.Feature<IBrowsable>()!;
        await foreach (var node in browsable.ListAsync(path is null ? null : new NodePath(path), stop.Token))
        {
            nodes.Add(node);
            if (nodes.Count == count)
                break;
        }

        return nodes;
    }

    public static string FactOf(Node node, string label) => node.Facts.Single(fact => fact.Label == label).Value;
}
