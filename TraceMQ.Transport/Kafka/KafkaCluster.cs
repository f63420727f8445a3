using Confluent.Kafka;
using Confluent.Kafka.Admin;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>The client of a session that sends and asks; readers are clients of their own beside it.</summary>
internal sealed class KafkaCluster : IAsyncDisposable
{
    private const int Attempts = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // A call for metadata cannot be cancelled: many short ones can.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(400);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly IAdminClient _admin;
    private readonly KafkaWay _way;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private int _isDisposed;

    /// <param name="config">How to connect; it begins with the first question.</param>
    /// <param name="way">Where to, for sentences.</param>
    /// <param name="watch">Hears what the library says.</param>
    /// <param name="time">The clock.</param>
    public KafkaCluster(ProducerConfig config, KafkaWay way, KafkaWatch watch, TimeProvider time)
    {
        _way = way;
        _time = time;
        Watch = watch;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, line) => watch.OnLog(line))
            .SetErrorHandler((_, error) => watch.OnError(error))
            .Build();
        _admin = new DependentAdminClientBuilder(_producer.Handle).Build();
    }

    /// <summary>What ends it.</summary>
    public KafkaWatch Watch { get; }

    /// <summary>Brokers, topics and partitions as they are now. Only ever all topics: to ask for one by its name would make it, where clusters allow that.</summary>
    /// <exception cref="TransportException">The cluster did not answer.</exception>
    public async Task<Metadata> MetadataAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            Watch.ThrowIfFailed();
            ThrowIfDisposed();
            await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ThrowIfDisposed();
                return await Task
                    .Factory.StartNew(
                        () => _admin.GetMetadata(s_slice),
                        cancellationToken,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                    .ConfigureAwait(false);
            }
            catch (KafkaException exception)
                when (exception.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut)
            {
                Watch.ThrowIfFailed();
                if (_time.GetElapsedTime(started) > s_patience)
                    throw Watch.Last is { } last
                        ? KafkaFailures.OfConnecting(last, _way)
                        : KafkaFailures.NoAnswer(_way, exception.Error);
            }
            catch (KafkaException exception)
            {
                throw KafkaFailures.Of(exception.Error, _way);
            }
            finally
            {
                _asking.Release();
            }
        }
    }

    /// <summary>The offsets that stand at a place of partitions; <see cref="Offset.End"/> where no record is that young.</summary>
    /// <exception cref="TransportException">The cluster did not answer, or not for all of them.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> OffsetsAsync(
        IReadOnlyList<TopicPartition> partitions,
        OffsetSpec place,
        CancellationToken cancellationToken
    )
    {
        var offsets = new Dictionary<TopicPartition, long>();
        var left = await AskAsync(partitions, place, offsets, cancellationToken).ConfigureAwait(false);
        // While a partition changes its leader it has none for a moment. And brokers are about that answer for the first partition of a
        // question and leave out the others, or answer them with nonsense: each is asked by itself then.
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var failed = new List<TopicPartitionOffsetError>();
            foreach (var one in left)
                failed.AddRange(
                    await AskAsync([one.TopicPartition], place, offsets, cancellationToken).ConfigureAwait(false)
                );
            if (failed.Count > 0 && attempt == Attempts)
                throw failed[0].Error.IsError
                    ? KafkaFailures.Of(failed[0].Error, _way)
                    : KafkaFailures.NoOffset(failed[0].TopicPartition, _way);
            left = failed;
        }

        return offsets;
    }

    /// <summary>What a group has committed, without joining it; partitions for which it has not are left out.</summary>
    /// <exception cref="TransportException">The cluster did not answer, or refused.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(
        string group,
        Metadata metadata,
        CancellationToken cancellationToken
    )
    {
        var all = await CommittedAsync(group, partitions: null, cancellationToken).ConfigureAwait(false);
        // The test broker answers a question for all partitions with none.
        return all.Count > 0
            ? all
            : await CommittedAsync(group, PartitionsOf(metadata), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a record, and waits until it is written.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">It was not.</exception>
    /// <exception cref="TransportException">The session failed first.</exception>
    public async Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(
        TopicPartition target,
        Message<byte[]?, byte[]?> record,
        CancellationToken cancellationToken
    )
    {
        ThrowIfDisposed();
        return await Watch
            .OrFailureAsync(_producer.ProduceAsync(target, record, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        // Not while the library is asked: it would use what is not there any more. Both wait for threads of the library.
        await _asking.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await Task.Yield();
        _admin.Dispose();
        _producer.Dispose();
        _asking.Dispose();
    }

    /// <summary>Every partition that has a leader and can be asked for.</summary>
    public static IReadOnlyList<TopicPartition> PartitionsOf(Metadata metadata) =>
        [.. metadata.Topics.SelectMany(PartitionsOf)];

    /// <summary>The partitions of a topic that have a leader and can be asked for.</summary>
    public static IEnumerable<TopicPartition> PartitionsOf(TopicMetadata topic) =>
        topic
            .Partitions.Where(partition => partition.Leader >= 0)
            .Select(partition => new TopicPartition(topic.Topic, partition.PartitionId));

    /// <summary>Asks once, and gives what was not answered.</summary>
    private async Task<List<TopicPartitionOffsetError>> AskAsync(
        IReadOnlyList<TopicPartition> partitions,
        OffsetSpec place,
        Dictionary<TopicPartition, long> offsets,
        CancellationToken cancellationToken
    )
    {
        if (partitions.Count == 0)
            return [];
        var results = await PartialOffsetsAsync(partitions, place, cancellationToken).ConfigureAwait(false);
        foreach (var result in results.Where(IsAnswer))
            offsets[result.TopicPartition] = result.Offset.Value;
        return [.. results.Where(result => !IsAnswer(result))];
    }

    // Where the answer leaves a partition out, the library reports no error and no offset.
    private static bool IsAnswer(TopicPartitionOffsetError result) =>
        !result.Error.IsError && (result.Offset.Value >= 0 || result.Offset == Offset.End);

    private async Task<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(
        string group,
        IReadOnlyList<TopicPartition>? partitions,
        CancellationToken cancellationToken
    )
    {
        if (partitions is { Count: 0 })
            return new Dictionary<TopicPartition, long>();
        var result = await AskAsync(
                () =>
                    _admin.ListConsumerGroupOffsetsAsync(
                        [new ConsumerGroupTopicPartitions(group, partitions is null ? null : [.. partitions])],
                        new ListConsumerGroupOffsetsOptions { RequestTimeout = s_patience }
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return result
            .SelectMany(item => item.Partitions)
            .Where(item => !item.Error.IsError && item.Offset.Value >= 0)
            .ToDictionary(item => item.TopicPartition, item => item.Offset.Value);
    }

    private async Task<IReadOnlyList<TopicPartitionOffsetError>> PartialOffsetsAsync(
        IReadOnlyList<TopicPartition> partitions,
        OffsetSpec place,
        CancellationToken cancellationToken
    )
    {
        // Readers see what is committed, and this is where that ends.
        var options = new ListOffsetsOptions
        {
            RequestTimeout = s_patience,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec
        {
            TopicPartition = partition,
            OffsetSpec = place,
        });
        return await AskAsync(
                async () =>
                {
                    try
                    {
                        var all = await _admin.ListOffsetsAsync(asked, options).ConfigureAwait(false);
                        return all.ResultInfos.ConvertAll(info => info.TopicPartitionOffsetError);
                    }
                    catch (ListOffsetsException exception)
                    {
                        return exception.Result.ResultInfos.ConvertAll(info => info.TopicPartitionOffsetError);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        try
        {
            return await Watch.OrFailureAsync(ask(), cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception)
        {
            throw KafkaFailures.Of(exception.Error, _way);
        }
    }

    private void ThrowIfDisposed()
    {
        if (_isDisposed != 0)
            throw new TransportException(FailureKind.Lost, "The connection is over; connect again first.");
    }
}
