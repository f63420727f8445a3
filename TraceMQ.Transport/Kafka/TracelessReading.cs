using System.Collections.Concurrent;
using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>Reads partitions of a topic by a plan, and leaves no trace: it names its offsets itself, joins no group and commits nothing.</summary>
internal sealed class TracelessReading : IConsumption
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_warmth = TimeSpan.FromSeconds(1);

    private readonly KafkaTopic _topic;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly KafkaDelivery _delivery;
    private readonly KafkaPlanner _planner;
    private readonly ConcurrentQueue<PartitionPlan> _found = new();
    private volatile PartitionPlan?[] _plans;
    private volatile long[] _next;
    private int _count;
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private int _behind;
    private int _unfinished;
    private bool _isMarked;

    /// <param name="topic">The subscription.</param>
    /// <param name="consumer">A client that is assigned nothing yet.</param>
    /// <param name="plans">What to read, a plan for each partition.</param>
    /// <param name="count">How many partitions the topic has, those included that are not read.</param>
    /// <param name="isMarked">True where the mark behind the history was given by an earlier session, or is not wanted.</param>
    /// <param name="delivery">Where it goes.</param>
    /// <param name="planner">Finds what is still stored.</param>
    public TracelessReading(
        KafkaTopic topic,
        IConsumer<byte[]?, byte[]?> consumer,
        IReadOnlyList<PartitionPlan> plans,
        int count,
        bool isMarked,
        KafkaDelivery delivery,
        KafkaPlanner planner
    )
    {
        _topic = topic;
        _consumer = consumer;
        _delivery = delivery;
        _planner = planner;
        _isMarked = isMarked;
        _count = count;
        _plans = new PartitionPlan?[plans.Count == 0 ? 0 : plans.Max(plan => plan.Partition) + 1];
        _next = new long[_plans.Length];
        foreach (var plan in plans)
        {
            _plans[plan.Partition] = plan;
            _next[plan.Partition] = plan.Next;
        }

        _behind = plans.Count(plan => !plan.HasHistory);
        _unfinished = plans.Count(plan => !plan.IsOver);
    }

    /// <summary>The topic.</summary>
    public string Topic => _topic.Name;

    /// <summary>How many partitions it is known to have; one that comes later has this number or a higher one.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Where it stands; the last position once the reader has ended.</summary>
    public KafkaPosition Position =>
        new(
            [
                .. _plans
                    .OfType<PartitionPlan>()
                    .Select(plan => plan with { Next = Volatile.Read(ref _next[plan.Partition]) }),
            ],
            Volatile.Read(ref _isMarked)
        );

    public bool Begin(CancellationToken cancellationToken)
    {
        var open = _plans.OfType<PartitionPlan>().Where(plan => !plan.IsOver).ToList();
        if (open.Count > 0)
            Warm(open[0].Partition);
        _consumer.Assign(open.Select(plan => new TopicPartitionOffset(_topic.Name, plan.Partition, plan.Next)));
        return MarkWhereDone(cancellationToken);
    }

    public bool Take(in KafkaRecord record, CancellationToken cancellationToken)
    {
        var plan = _plans[record.Partition]!;
        var stop = plan.Stop ?? long.MaxValue;
        // What was fetched before a partition was left.
        if (_next[plan.Partition] >= stop)
            return true;
        var next = record.Offset;
        if (!record.IsPartitionEnd)
        {
            if (next < stop)
                _delivery.Leave(record, isReplayed: next < plan.Stored, cancellationToken);
            next++;
        }

        // The end of a partition may lie behind what a transaction left there, which is no record.
        return next <= _next[plan.Partition] || Advance(plan, next, cancellationToken);
    }

    public bool Fail(Error error, TopicPartitionOffset place)
    {
        if (error.Code == ErrorCode.Local_AutoOffsetReset && place.Partition != Partition.Any)
        {
            Mend(place.TopicPartition);
            return true;
        }

        // The library goes on trying; it need not be said each time.
        if (_said.Add(error.Code.ToString()))
            _delivery.Warn($"Reading {_topic} is held up: {KafkaFailures.Words(error)}.");
        return true;
    }

    /// <summary>Begins to read a partition that the topic has got. From one thread at a time.</summary>
    public void Add(PartitionPlan plan)
    {
        Volatile.Write(ref _count, Math.Max(_count, plan.Partition + 1));
        _found.Enqueue(plan);
    }

    public void Look()
    {
        while (_found.TryDequeue(out var plan))
            Begin(plan);
    }

    public void End() => _consumer.Unassign();

    // A client that is asked for something first finds the brokers at once; by itself it takes half a second to its first record.
    private void Warm(int partition)
    {
        try
        {
            _consumer.QueryWatermarkOffsets(new TopicPartition(_topic.Name, partition), s_warmth);
        }
        catch (KafkaException)
        {
            // It was only to be quicker; reading finds out what is wrong, and says it.
        }
    }

    private void Begin(PartitionPlan plan)
    {
        PartitionPlan?[] plans = [.. _plans, .. new PartitionPlan?[Math.Max(0, plan.Partition + 1 - _plans.Length)]];
        long[] next = [.. _next, .. new long[plans.Length - _next.Length]];
        plans[plan.Partition] = plan;
        next[plan.Partition] = plan.Next;
        // Whoever asks for the position reads the plans first.
        _next = next;
        _plans = plans;
        _unfinished++;
        _consumer.IncrementalAssign([new TopicPartitionOffset(_topic.Name, plan.Partition, plan.Next)]);
    }

    private bool Advance(PartitionPlan plan, long next, CancellationToken cancellationToken)
    {
        var hadHistory = _next[plan.Partition] >= plan.History;
        Volatile.Write(ref _next[plan.Partition], next);
        if (!hadHistory && next >= plan.History)
            _behind--;
        if (plan.Stop is not { } stop || next < stop)
            return _behind > 0 || MarkWhereDone(cancellationToken);
        _unfinished--;
        _consumer.IncrementalUnassign([new TopicPartition(_topic.Name, plan.Partition)]);
        return MarkWhereDone(cancellationToken);
    }

    /// <summary>Says that the history, or all, has come. False where nothing more is to be read.</summary>
    private bool MarkWhereDone(CancellationToken cancellationToken)
    {
        var isOver = _unfinished == 0 && _plans.Length > 0;
        if (_behind == 0 && !_isMarked)
        {
            var isEnding = _plans.Any(plan => plan?.Stop is not null);
            if (isEnding && !isOver)
                return true;
            _delivery.Mark(
                isEnding ? HistoryMark.Finished : HistoryMark.CaughtUp,
                _topic.ToString(),
                cancellationToken
            );
            Volatile.Write(ref _isMarked, true);
        }

        return !isOver;
    }

    /// <summary>What was to be read next is not stored any more: goes on with the oldest that is.</summary>
    private void Mend(TopicPartition partition)
    {
        ref var position = ref _next[partition.Partition.Value];
        var stored = _consumer.QueryWatermarkOffsets(partition, s_patience);
        var next = _planner.Kept(partition, position, stored.Low.Value, stored.High.Value);
        Volatile.Write(ref position, next);
        _consumer.IncrementalUnassign([partition]);
        _consumer.IncrementalAssign([new TopicPartitionOffset(partition, next)]);
    }
}
