using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using TraceMQ.Transport.Browsing;
using Node = TraceMQ.Transport.Browsing.Node;

namespace TraceMQ.Transport.Kafka;

/// <summary>A cluster to look through: topics with their partitions, brokers, and the groups whose lag is asked for. It changes nothing, and lists go on living until they are left.</summary>
internal sealed class KafkaBrowser : IBrowsable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly KafkaCluster _cluster;
    private readonly IReadOnlyList<string> _groups;
    private readonly TimeProvider _time;
    private readonly KafkaNodes _nodes;

    /// <param name="cluster">The cluster.</param>
    /// <param name="positions">Where our own readers stand.</param>
    /// <param name="groups">The groups whose lag is shown.</param>
    /// <param name="time">The clock.</param>
    public KafkaBrowser(
        KafkaCluster cluster,
        Func<IReadOnlyList<(KafkaTopic Topic, KafkaPosition Position)>> positions,
        IReadOnlyList<string> groups,
        TimeProvider time
    )
    {
        _cluster = cluster;
        _groups = groups;
        _time = time;
        _nodes = new KafkaNodes(positions);
    }

    public async IAsyncEnumerable<Node> ListAsync(
        NodePath? parent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (parent is not { } path)
        {
            foreach (var root in KafkaNodes.Roots(_groups.Count > 0))
                yield return root;
            yield break;
        }

        var before = new Dictionary<NodePath, Node>();
        while (true)
        {
            var now = new Dictionary<NodePath, Node>();
            foreach (var node in await OfAsync(path, cancellationToken).ConfigureAwait(false))
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
        new(FailureKind.Configuration, "Nothing of a Kafka cluster is changed from here: use its own tools.");

    private async Task<IEnumerable<Node>> OfAsync(NodePath path, CancellationToken cancellationToken)
    {
        var metadata = await _cluster.MetadataAsync(cancellationToken).ConfigureAwait(false);
        switch (path.Keys)
        {
            case [KafkaNodes.TopicsKey]:
                return _nodes.Topics(
                    metadata,
                    await WatermarksAsync(KafkaCluster.PartitionsOf(metadata), cancellationToken).ConfigureAwait(false)
                );
            case [KafkaNodes.TopicsKey, var name]:
                if (metadata.Topics.Find(candidate => candidate.Topic == name) is not { } topic)
                    return [];
                var own = await WatermarksAsync([.. KafkaCluster.PartitionsOf(topic)], cancellationToken)
                    .ConfigureAwait(false);
                return _nodes.Partitions(topic, own);
            case [KafkaNodes.BrokersKey]:
                return KafkaNodes.Brokers(metadata);
            case [KafkaNodes.GroupsKey]:
                return await GroupsAsync(metadata, cancellationToken).ConfigureAwait(false);
            case [KafkaNodes.GroupsKey, var group]:
                var lags = await LagsAsync(group, metadata, cancellationToken).ConfigureAwait(false);
                return KafkaNodes.GroupPartitions(path, lags);
            default:
                return [];
        }
    }

    private async Task<IEnumerable<Node>> GroupsAsync(Metadata metadata, CancellationToken cancellationToken)
    {
        var nodes = new List<Node>();
        foreach (var group in _groups)
        {
            try
            {
                var lags = await LagsAsync(group, metadata, cancellationToken).ConfigureAwait(false);
                nodes.Add(KafkaNodes.Group(group, lags, problem: ""));
            }
            catch (TransportException exception) when (!_cluster.Watch.Failed.IsCompleted)
            {
                // One group that we may not ask about does not hide the others.
                nodes.Add(KafkaNodes.Group(group, [], exception.Message));
            }
        }

        return nodes;
    }

    private async Task<IReadOnlyList<GroupLag>> LagsAsync(
        string group,
        Metadata metadata,
        CancellationToken cancellationToken
    )
    {
        var committed = await _cluster.CommittedAsync(group, metadata, cancellationToken).ConfigureAwait(false);
        var known = KafkaCluster.PartitionsOf(metadata).Where(committed.ContainsKey).ToList();
        var ends = await _cluster.OffsetsAsync(known, OffsetSpec.Latest(), cancellationToken).ConfigureAwait(false);
        return
        [
            .. known
                .OrderBy(partition => partition.Topic, StringComparer.Ordinal)
                .ThenBy(partition => partition.Partition.Value)
                .Select(partition => new GroupLag(partition, committed[partition], ends[partition])),
        ];
    }

    private async Task<IReadOnlyDictionary<TopicPartition, (long Low, long High)>> WatermarksAsync(
        IReadOnlyList<TopicPartition> partitions,
        CancellationToken cancellationToken
    )
    {
        var lows = _cluster.OffsetsAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        var highs = _cluster.OffsetsAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        await Task.WhenAll(lows, highs).ConfigureAwait(false);
        var low = await lows.ConfigureAwait(false);
        var high = await highs.ConfigureAwait(false);
        return partitions.ToDictionary(partition => partition, partition => (low[partition], high[partition]));
    }
}
