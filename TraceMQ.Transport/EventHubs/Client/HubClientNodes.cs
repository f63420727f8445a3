using System.Globalization;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>How a hub, its partitions and our own readers look on the Browse screen.</summary>
internal sealed class HubClientNodes
{
    public const string HubKey = "hub";
    public const string ReadersKey = "readers";

    private const string Unread = "-";

    private readonly HubWay _way;
    private readonly Func<IReadOnlyList<(string Topic, HubPosition Position)>> _positions;

    /// <param name="way">Where the hub is.</param>
    /// <param name="positions">Where our own readers stand.</param>
    public HubClientNodes(HubWay way, Func<IReadOnlyList<(string Topic, HubPosition Position)>> positions)
    {
        _way = way;
        _positions = positions;
    }

    /// <summary>The hub, and what reads it from here.</summary>
    public IEnumerable<Node> Roots(HubInfo hub, IReadOnlyList<PartitionInfo> partitions)
    {
        var last = partitions.Where(info => !info.IsEmpty).Select(info => info.LastTime).DefaultIfEmpty().Max();
        yield return new Node(
            new NodePath(HubKey),
            "event hub",
            hub.Name,
            HasChildren: true,
            [
                new Fact("partitions", Number(hub.Partitions.Count)),
                new Fact("events", Number(partitions.Sum(info => info.Count))),
                new Fact("last enqueued", Time(last)),
                new Fact("this reader's lag", Sum(partitions.Select(LagOf))),
                new Fact("created", hub.CreatedAt is { } created ? Time(created) : Unread),
            ],
            [],
            new Subscription(""),
            new OutgoingMessage { Topic = "" }
        );
        var readers = Readers(partitions).ToList();
        yield return new Node(
            new NodePath(ReadersKey),
            "event hub",
            "our readers",
            HasChildren: true,
            [
                new Fact("partitions", Number(readers.Count)),
                new Fact("events", Unread),
                new Fact("last enqueued", Unread),
                new Fact("this reader's lag", Sum(partitions.Select(LagOf))),
                new Fact("created", Unread),
            ],
            []
        );
    }

    public IEnumerable<Node> Partitions(IReadOnlyList<PartitionInfo> partitions) =>
        partitions.Select(info => new Node(
            new NodePath(HubKey).Child(info.Id),
            "partitions",
            info.Id,
            HasChildren: false,
            [
                new Fact("first sequence", info.IsEmpty ? Unread : Number(info.BeginSequence)),
                new Fact("last sequence", info.LastSequence < 0 ? Unread : Number(info.LastSequence)),
                new Fact("events", Number(info.Count)),
                new Fact("last offset", info.LastSequence < 0 ? Unread : info.LastOffset),
                new Fact("last enqueued", info.LastSequence < 0 ? Unread : Time(info.LastTime)),
                new Fact("this reader's lag", LagOf(info) is { } lag ? Number(lag) : Unread),
            ],
            [],
            new Subscription(info.Id),
            new OutgoingMessage { Topic = info.Id }
        ));

    /// <summary>Each partition of each subscription.</summary>
    public IEnumerable<Node> Readers(IReadOnlyList<PartitionInfo> partitions)
    {
        foreach (var (topic, position) in _positions())
        {
            foreach (var plan in position.Partitions)
            {
                var info = partitions.FirstOrDefault(candidate => candidate.Id == plan.Partition);
                yield return new Node(
                    new NodePath(ReadersKey).Child(topic).Child(plan.Partition),
                    "readers",
                    topic.Length == 0 ? $"all, {plan.Partition}" : plan.Partition,
                    HasChildren: false,
                    [
                        new Fact("node", $"{_way.Hub}, partition {plan.Partition}"),
                        new Fact("read up to", plan.Last is { } last ? Number(last) : Unread),
                        new Fact("lag", info is null ? Unread : Number(Lag(plan, info))),
                        new Fact(
                            "state",
                            plan.IsOver ? "at its end"
                                : plan.HasHistory ? "live"
                                : "reads history"
                        ),
                    ],
                    []
                );
            }
        }
    }

    /// <summary>What our own readers have still to read of a partition; null where none reads it.</summary>
    private long? LagOf(PartitionInfo info)
    {
        var plans = _positions()
            .SelectMany(reader => reader.Position.Partitions)
            .Where(plan => plan.Partition == info.Id)
            .ToList();
        return plans.Count == 0 ? null : plans.Max(plan => Lag(plan, info));
    }

    private static long Lag(PartitionPlan plan, PartitionInfo info)
    {
        // Before the first event only where it began is known: at the end, or at what is stored.
        var last = plan.Last ?? (plan.HasHistory ? plan.Stored : info.BeginSequence - 1);
        return info.IsEmpty ? 0 : Math.Max(0, info.LastSequence - Math.Max(last, info.BeginSequence - 1));
    }

    private static string Sum(IEnumerable<long?> lags)
    {
        var known = lags.OfType<long>().ToList();
        return known.Count == 0 ? Unread : Number(known.Sum());
    }

    private static string Time(DateTimeOffset time) =>
        time == default ? Unread : time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
