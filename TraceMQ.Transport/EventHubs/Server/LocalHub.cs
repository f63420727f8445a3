using System.Collections.Concurrent;
using System.Globalization;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>An event hub in memory: its partitions, who sends to it and who reads it.</summary>
internal sealed class LocalHub : IDisposable
{
    private readonly HashSet<string> _groups;
    private readonly ConcurrentDictionary<HubClient, bool> _clients = new();

    public LocalHub(HubServerOptions options, SessionContext context)
    {
        Name = options.Name;
        Gate = options.Gate;
        Limits = options.Limits;
        CreatedAt = context.Time.GetUtcNow();
        ContainerId = $"tracemq-{Guid.NewGuid():n}";
        Partitions =
        [
            .. Enumerable.Range(0, options.PartitionCount).Select(i => new HubPartition(i, options.Retention)),
        ];
        _groups = new HashSet<string>(
            [HubVocabulary.DefaultConsumerGroup, .. options.ConsumerGroups],
            StringComparer.OrdinalIgnoreCase
        );
        Refusals = new RefusalNotices(context);
        Opener = new LinkOpener(this, Gate);
        Intake = new HubIntake(this, context);
    }

    public string Name { get; }

    public HubGate Gate { get; }

    public HubLimits Limits { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Our name in AMQP.</summary>
    public string ContainerId { get; }

    public IReadOnlyList<HubPartition> Partitions { get; }

    public HubReaders Readers { get; } = new();

    public LinkOpener Opener { get; }

    public HubIntake Intake { get; }

    public RefusalNotices Refusals { get; }

    /// <summary>Who is connected, the first come first.</summary>
    public IReadOnlyList<HubClient> Clients => [.. _clients.Keys.OrderBy(client => client.Since)];

    public IEnumerable<string> ConsumerGroups => _groups;

    public bool HasConsumerGroup(string name) => _groups.Contains(name);

    public HubPartition? FindPartition(string id) => Partitions.FirstOrDefault(partition => partition.Id == id);

    /// <summary>What is wrong with the name of a partition that is none, after "it".</summary>
    public string NoPartition(string id) =>
        $"named '{id}', which is no partition of this hub: there are 0 to {(Partitions.Count - 1).ToString(CultureInfo.InvariantCulture)}";

    public void Add(HubClient client) => _clients[client] = true;

    public void Remove(HubClient client) => _clients.TryRemove(client, out _);

    /// <summary>Looks after the time.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var partition in Partitions)
            partition.Expire(now);
        foreach (var client in _clients.Keys)
            client.Tick();
    }

    /// <summary>After the last client has gone.</summary>
    public void Dispose() => Intake.Dispose();
}
