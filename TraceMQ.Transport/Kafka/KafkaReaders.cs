using Confluent.Kafka;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>The subscriptions of a session. Each has a client of the library of its own, so that none waits for another.</summary>
internal sealed class KafkaReaders : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KafkaReader> _readers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Profile _profile;
    private readonly KafkaClientOptions _options;
    private readonly KafkaCluster _cluster;
    private readonly SessionContext _context;
    private readonly KafkaPlanner _planner;
    private readonly PartitionWatch _watch;

    public KafkaReaders(Profile profile, KafkaClientOptions options, KafkaCluster cluster, SessionContext context)
    {
        _profile = profile;
        _options = options;
        _cluster = cluster;
        _context = context;
        _planner = new KafkaPlanner(cluster, context);
        Group = profile.Values.Get(KafkaSettings.ConsumerGroup);
        _watch = new PartitionWatch(cluster, context, Growing);
    }

    /// <summary>The group that is read in; empty where nothing is left behind.</summary>
    public string Group { get; }

    /// <summary>Where each subscription stands, by its topic.</summary>
    public IReadOnlyList<(KafkaTopic Topic, KafkaPosition Position)> Positions
    {
        get
        {
            lock (_lock)
                return [.. _readers.Select(item => (KafkaTopic.Parse(item.Key), item.Value.Position()))];
        }
    }

    /// <summary>Where a subscription stands, or stood; null where there is none.</summary>
    public KafkaPosition? PositionOf(string topic)
    {
        lock (_lock)
            return _readers.GetValueOrDefault(topic)?.Position();
    }

    /// <summary>Begins to read, in the place of what was read for the same topic before.</summary>
    /// <exception cref="TransportException">The cluster did not answer. What it refuses is a result.</exception>
    public async Task<SubscribeResult> AddAsync(
        Subscription subscription,
        KafkaPosition? from,
        CancellationToken cancellationToken
    )
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await BeginAsync(subscription, from, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException exception)
            when (exception.Kind is FailureKind.Permission or FailureKind.RefusedByPeer)
        {
            return new SubscribeResult(IsAccepted: false, exception.Message.TrimEnd('.'));
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends a subscription, and forgets where it stood.</summary>
    public async Task RemoveAsync(string topic, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StopAsync(topic).ConfigureAwait(false);
            lock (_lock)
                _readers.Remove(topic);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends all of them; where they stood is still known. Once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        List<KafkaReader> all;
        lock (_lock)
            all = [.. _readers.Values];
        await Task.WhenAll(all.Select(reader => reader.Thread.DisposeAsync().AsTask())).ConfigureAwait(false);
        _changing.Dispose();
    }

    private async Task<SubscribeResult> BeginAsync(
        Subscription subscription,
        KafkaPosition? from,
        CancellationToken cancellationToken
    )
    {
        var metadata = await _cluster.MetadataAsync(cancellationToken).ConfigureAwait(false);
        var topic = KafkaTopic.Parse(subscription.Topic);
        var partitions = PartitionsOf(topic, metadata, out var problem, out var count);
        problem ??= WhyNot(subscription);
        if (problem is not null)
            return new SubscribeResult(IsAccepted: false, problem);
        await StopAsync(subscription.Topic).ConfigureAwait(false);
        return Group.Length > 0
            ? Join(subscription, topic, from)
            : await LookAsync(subscription, topic, partitions, count, from, cancellationToken).ConfigureAwait(false);
    }

    private string? WhyNot(Subscription subscription)
    {
        if (Group.Length > 0)
            return KafkaProfileRules.WhyNotInGroup(_profile, subscription);
        var end = KafkaSettings.UntilOf(subscription)?.TimeAt(_context.Time.GetUtcNow());
        return end > _context.Time.GetUtcNow()
            ? "until lies in the future: leave it out, and end the subscription then"
            : null;
    }

    private List<TopicPartition> PartitionsOf(KafkaTopic topic, Metadata metadata, out string? problem, out int count)
    {
        problem = null;
        count = 0;
        var found = metadata.Topics.Find(candidate => candidate.Topic == topic.Name);
        if (found is null || found.Error.Code == ErrorCode.UnknownTopicOrPart)
        {
            var nearest = NearestWord.Find(topic.Name, metadata.Topics.Select(candidate => candidate.Topic));
            problem = $"the cluster has no topic {topic.Name}{(nearest is null ? "" : $"; did you mean {nearest}?")}";
            return [];
        }

        if (found.Error.IsError)
        {
            problem =
                found.Error.Code == ErrorCode.TopicAuthorizationFailed
                    ? $"the cluster does not allow this user to read {topic.Name}"
                    : $"the cluster reports for {topic.Name}: {KafkaFailures.Words(found.Error)}";
            return [];
        }

        count = found.Partitions.Count;
        var wanted = Wanted(topic);
        var partitions = KafkaCluster
            .PartitionsOf(found)
            .Where(partition => wanted.Count == 0 || wanted.Contains(partition.Partition.Value))
            .OrderBy(partition => partition.Partition.Value)
            .ToList();
        var missing = wanted.Where(number => partitions.TrueForAll(item => item.Partition.Value != number)).ToList();
        if (missing.Count > 0)
            problem =
                $"{topic.Name} has {found.Partitions.Count} partitions, counted from 0, and partition {missing[0]} is not there or has no leader";
        return partitions;
    }

    private List<int> Wanted(KafkaTopic topic) =>
        topic.Partition is { } one
            ? [one]
            :
            [
                .. _profile
                    .Values.Get(KafkaSettings.Partitions)
                    .Select(text => KafkaTopic.TryParsePartition(text, out var number) ? number : 0),
            ];

    private async Task<SubscribeResult> LookAsync(
        Subscription subscription,
        KafkaTopic topic,
        List<TopicPartition> partitions,
        int count,
        KafkaPosition? from,
        CancellationToken cancellationToken
    )
    {
        var start = KafkaSettings.StartOf(_profile, subscription);
        var until = KafkaSettings.UntilOf(subscription);
        var plans = from is null
            ? await _planner.BeginAsync(partitions, start, until, cancellationToken).ConfigureAwait(false)
            : await _planner.GoOnAsync(topic.Name, from, cancellationToken).ConfigureAwait(false);
        var consumer = Build(_options.ForLooking()).Build();
        var reading = new TracelessReading(
            topic,
            consumer,
            plans,
            // What came while there was no connection is found by the watch.
            from is null
                ? count
                : plans.Max(plan => plan.Partition) + 1,
            from?.IsMarked ?? (start.Kind == StartKind.Latest && until is null),
            new KafkaDelivery(_context, topic.Name),
            _planner
        );
        var isGrowing = until is null && Wanted(topic).Count == 0;
        Put(subscription.Topic, new BatchSource(consumer), reading, isGrowing ? reading : null, () => reading.Position);
        var read = plans.Count == 1 ? "1 partition" : $"{plans.Count} partitions";
        return new SubscribeResult(
            IsAccepted: true,
            from is null ? $"{read} from {start}, without a trace" : $"{read} from {from.Text}, without a trace"
        );
    }

    private SubscribeResult Join(Subscription subscription, KafkaTopic topic, KafkaPosition? from)
    {
        var isEarliest = KafkaSettings.StartOf(_profile, subscription).Kind == StartKind.Earliest;
        var reading = new GroupReading(
            topic.Name,
            assigned =>
                Build(_options.ForMember(Group, isEarliest))
                    .SetPartitionsAssignedHandler((_, partitions) => assigned(partitions))
                    .Build(),
            from,
            new KafkaDelivery(_context, topic.Name)
        );
        Put(
            subscription.Topic,
            new SingleSource(reading.Consumer, topic.Name),
            reading,
            growing: null,
            () => reading.Position
        );
        return new SubscribeResult(IsAccepted: true, $"in the group {Group}; commits offsets");
    }

    private ConsumerBuilder<byte[]?, byte[]?> Build(ConsumerConfig config) =>
        new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, line) => _cluster.Watch.OnLog(line))
            .SetErrorHandler((_, error) => _cluster.Watch.OnError(error));

    private void Put(
        string topic,
        IRecordSource source,
        IConsumption consumption,
        TracelessReading? growing,
        Func<KafkaPosition> position
    )
    {
        var reader = new KafkaReader(
            new ConsumeThread(source, consumption, _cluster.Watch, _context.Log),
            growing,
            position
        );
        lock (_lock)
            _readers[topic] = reader;
    }

    private IReadOnlyList<TracelessReading> Growing()
    {
        lock (_lock)
            return [.. _readers.Values.Select(reader => reader.Growing).OfType<TracelessReading>()];
    }

    private async Task StopAsync(string topic)
    {
        KafkaReader? reader;
        lock (_lock)
            reader = _readers.GetValueOrDefault(topic);
        if (reader is not null)
            await reader.Thread.DisposeAsync().ConfigureAwait(false);
    }
}
