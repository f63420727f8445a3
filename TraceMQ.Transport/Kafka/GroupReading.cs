using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>
/// Reads a topic as a member of a group. What somebody has taken from the inbox is committed. After a loss the group stands where it last
/// committed, which may be before what was delivered here: where the partition comes back to us, reading goes on behind that.
/// </summary>
internal sealed class GroupReading : IConsumption
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string _topic;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly KafkaDelivery _delivery;
    private readonly Dictionary<int, long> _next = [];
    private readonly Queue<(Task Taken, TopicPartitionOffset Behind)> _untaken = new();
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <param name="topic">The topic.</param>
    /// <param name="build">Makes the client, given what is to be done with the partitions it gets.</param>
    /// <param name="from">Where an earlier session stood; null: there was none.</param>
    /// <param name="delivery">Where it goes.</param>
    public GroupReading(
        string topic,
        Func<Func<List<TopicPartition>, IEnumerable<TopicPartitionOffset>>, IConsumer<byte[]?, byte[]?>> build,
        KafkaPosition? from,
        KafkaDelivery delivery
    )
    {
        _topic = topic;
        _delivery = delivery;
        foreach (var plan in from?.Partitions ?? [])
            _next[plan.Partition] = plan.Next;
        _consumer = build(Assigned);
    }

    /// <summary>The client that reads.</summary>
    public IConsumer<byte[]?, byte[]?> Consumer => _consumer;

    /// <summary>What was delivered, whoever reads those partitions now.</summary>
    public KafkaPosition Position
    {
        get
        {
            lock (_lock)
                return new KafkaPosition(
                    [
                        .. _next
                            .OrderBy(item => item.Key)
                            .Select(item => new PartitionPlan(item.Key, item.Value, 0, null)),
                    ],
                    IsMarked: true
                );
        }
    }

    public bool Begin(CancellationToken cancellationToken)
    {
        _consumer.Subscribe(_topic);
        return true;
    }

    public bool Take(in KafkaRecord record, CancellationToken cancellationToken)
    {
        if (!record.IsPartitionEnd)
        {
            var taken = _delivery.Deliver(record, isReplayed: false, cancellationToken);
            var behind = record.Offset + 1;
            lock (_lock)
                _next[record.Partition] = behind;
            _untaken.Enqueue((taken, new TopicPartitionOffset(_topic, record.Partition, behind)));
        }

        StoreTaken();
        return true;
    }

    public bool Fail(Error error, TopicPartitionOffset place)
    {
        if (_said.Add(error.Code.ToString()))
            _delivery.Warn($"Reading {_topic} is held up: {KafkaFailures.Words(error)}.");
        return true;
    }

    public void End()
    {
        StoreTaken();
        // Commits what is stored and leaves the group, so that its other members need not wait for us.
        _consumer.Close();
    }

    private void StoreTaken()
    {
        TopicPartitionOffset? last = null;
        while (_untaken.TryPeek(out var first) && first.Taken.IsCompleted)
        {
            if (last is not null && last.Partition != first.Behind.Partition)
                Store(last);
            last = first.Behind;
            _untaken.Dequeue();
        }

        if (last is not null)
            Store(last);
    }

    private void Store(TopicPartitionOffset behind)
    {
        try
        {
            _consumer.StoreOffset(behind);
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.Local_State)
        {
            // The partition went to another member meanwhile, which begins at what is committed.
        }
    }

    private IEnumerable<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        List<TopicPartition> known;
        lock (_lock)
            known = [.. partitions.Where(partition => _next.ContainsKey(partition.Partition.Value))];
        if (known.Count == 0)
            return partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Unset));
        var committed = _consumer
            .Committed(known, s_patience)
            .ToDictionary(item => item.Partition.Value, item => item.Offset.Value);
        lock (_lock)
            return
            [
                .. partitions.Select(partition =>
                    _next.TryGetValue(partition.Partition.Value, out var next)
                    && committed.GetValueOrDefault(partition.Partition.Value, -1) < next
                        ? new TopicPartitionOffset(partition, next)
                        : new TopicPartitionOffset(partition, Offset.Unset)
                ),
            ];
    }
}
