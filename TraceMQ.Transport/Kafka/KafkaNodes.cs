using System.Globalization;
using Confluent.Kafka;
using TraceMQ.Transport.Browsing;
using Node = TraceMQ.Transport.Browsing.Node;

namespace TraceMQ.Transport.Kafka;

/// <summary>How topics, partitions, brokers and groups look on the Browse screen.</summary>
internal sealed class KafkaNodes(Func<IReadOnlyList<(KafkaTopic Topic, KafkaPosition Position)>> positions)
{
    public const string TopicsKey = "topics";
    public const string BrokersKey = "brokers";
    public const string GroupsKey = "groups";

    private const string Unread = "-";

    public static IEnumerable<Node> Roots(bool hasGroups)
    {
        yield return new Node(new NodePath(TopicsKey), "collections", "topics", HasChildren: true, [], []);
        yield return new Node(new NodePath(BrokersKey), "collections", "brokers", HasChildren: true, [], []);
        if (hasGroups)
            yield return new Node(new NodePath(GroupsKey), "collections", "consumer groups", HasChildren: true, [], []);
    }

    public IEnumerable<Node> Topics(
        Metadata metadata,
        IReadOnlyDictionary<TopicPartition, (long Low, long High)> watermarks
    ) =>
        metadata
            .Topics.OrderBy(topic => topic.Topic, StringComparer.Ordinal)
            .Select(topic =>
            {
                var stored = KafkaCluster.PartitionsOf(topic).Select(partition => watermarks[partition]);
                return new Node(
                    new NodePath(TopicsKey).Child(topic.Topic),
                    "topics",
                    topic.Topic,
                    HasChildren: true,
                    [
                        new Fact("partitions", Number(topic.Partitions.Count)),
                        new Fact("messages", Number(stored.Sum(item => item.High - item.Low))),
                        new Fact("our lag", LagOf(topic, watermarks)),
                        new Fact("state", StateOf(topic)),
                    ],
                    [],
                    new Subscription(topic.Topic),
                    new OutgoingMessage { Topic = topic.Topic }
                );
            });

    public IEnumerable<Node> Partitions(
        TopicMetadata topic,
        IReadOnlyDictionary<TopicPartition, (long Low, long High)> watermarks
    ) =>
        topic
            .Partitions.OrderBy(partition => partition.PartitionId)
            .Select(partition =>
            {
                var name = new KafkaTopic(topic.Topic, partition.PartitionId).ToString();
                var isKnown = watermarks.TryGetValue(
                    new TopicPartition(topic.Topic, partition.PartitionId),
                    out var stored
                );
                return new Node(
                    new NodePath(TopicsKey).Child(topic.Topic).Child(Number(partition.PartitionId)),
                    "partitions",
                    name,
                    HasChildren: false,
                    [
                        new Fact("leader", partition.Leader < 0 ? "none" : Number(partition.Leader)),
                        new Fact("oldest", isKnown ? Number(stored.Low) : Unread),
                        new Fact("end", isKnown ? Number(stored.High) : Unread),
                        new Fact("messages", isKnown ? Number(stored.High - stored.Low) : Unread),
                        new Fact(
                            "our lag",
                            LagOf(topic.Topic, partition.PartitionId, stored.High) is { } lag ? Number(lag) : Unread
                        ),
                        new Fact("replicas", string.Join(' ', partition.Replicas)),
                        new Fact("in sync", string.Join(' ', partition.InSyncReplicas)),
                    ],
                    [],
                    new Subscription(name),
                    new OutgoingMessage { Topic = name }
                );
            });

    public static IEnumerable<Node> Brokers(Metadata metadata) =>
        metadata
            .Brokers.OrderBy(broker => broker.BrokerId)
            .Select(broker => new Node(
                new NodePath(BrokersKey).Child(Number(broker.BrokerId)),
                "brokers",
                Number(broker.BrokerId),
                HasChildren: false,
                [
                    new Fact("address", $"{broker.Host}:{broker.Port}"),
                    new Fact(
                        "leads",
                        Number(
                            metadata
                                .Topics.SelectMany(topic => topic.Partitions)
                                .Count(partition => partition.Leader == broker.BrokerId)
                        )
                    ),
                ],
                []
            ));

    public static Node Group(string name, IReadOnlyList<GroupLag> lags, string problem) =>
        new(
            new NodePath(GroupsKey).Child(name),
            "groups",
            name,
            HasChildren: true,
            [
                new Fact("partitions", Number(lags.Count)),
                new Fact("lag", lags.Count == 0 ? Unread : Number(lags.Sum(item => item.Lag))),
                new Fact(
                    "state",
                    problem.Length > 0 ? problem
                        : lags.Count == 0 ? "has committed nothing"
                        : "ok"
                ),
            ],
            []
        );

    public static IEnumerable<Node> GroupPartitions(NodePath group, IReadOnlyList<GroupLag> lags) =>
        lags.Select(item =>
        {
            var name = new KafkaTopic(item.Partition.Topic, item.Partition.Partition.Value).ToString();
            return new Node(
                group.Child(name),
                "offsets",
                name,
                HasChildren: false,
                [
                    new Fact("committed", Number(item.Committed)),
                    new Fact("end", Number(item.End)),
                    new Fact("lag", Number(item.Lag)),
                ],
                [],
                new Subscription(name)
            );
        });

    private static string StateOf(TopicMetadata topic) =>
        topic.Error.IsError ? KafkaFailures.Words(topic.Error)
        : topic.Partitions.Exists(partition => partition.Leader < 0) ? "without a leader in part"
        : topic.Partitions.Exists(partition => partition.InSyncReplicas.Length < partition.Replicas.Length)
            ? "replicas lag behind"
        : "ok";

    /// <summary>What our own readers have still to read of a topic.</summary>
    private string LagOf(TopicMetadata topic, IReadOnlyDictionary<TopicPartition, (long Low, long High)> watermarks)
    {
        var lags = KafkaCluster
            .PartitionsOf(topic)
            .Select(partition => LagOf(topic.Topic, partition.Partition.Value, watermarks[partition].High))
            .OfType<long>()
            .ToList();
        return lags.Count == 0 ? Unread : Number(lags.Sum());
    }

    private long? LagOf(string topic, int partition, long end)
    {
        var readers = positions()
            .Where(reader => reader.Topic.Name == topic)
            .SelectMany(reader => reader.Position.Partitions)
            .Where(plan => plan.Partition == partition)
            .ToList();
        return readers.Count == 0 ? null : Math.Max(0, readers.Max(plan => end - plan.Next));
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
