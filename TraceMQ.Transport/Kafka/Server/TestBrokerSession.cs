using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka.Server;

/// <summary>
/// The library's test broker ("mock cluster"), in this process. It takes a loopback port of its own, everybody may connect, and what it holds is
/// gone with it. Every record that a client writes comes to the inbox, by a reader of our own.
/// </summary>
internal sealed class TestBrokerSession : ISession
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly IProducer<byte[]?, byte[]?> _host;
    private readonly KafkaCluster _cluster;
    private readonly KafkaPublisher _publisher;
    private readonly KafkaBrowser _browser;
    private readonly ConsumeThread _reading;
    private readonly OwnRecords _own = new();
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _following;
    private int _isDisposed;

    private TestBrokerSession(IProducer<byte[]?, byte[]?> host, KafkaWay way, SessionContext context)
    {
        _host = host;
        _context = context;
        var watch = new KafkaWatch(way, context);
        var options = new KafkaClientOptions(way, BrokerAddressFamily.V4);
        var sending = options.ForSending(createsTopics: true);
        // What our own clients ask our own broker is nothing to look at.
        sending.Debug = null;
        _cluster = new KafkaCluster(sending, way, watch, context.Time);
        _publisher = new KafkaPublisher(_cluster, way, createsTopics: true, context, _own);
        _browser = new KafkaBrowser(_cluster, () => [], [], context.Time);
        var config = options.ForLooking();
        config.EnablePartitionEof = false;
        config.Debug = null;
        var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, line) => watch.OnLog(line))
            .SetErrorHandler((_, error) => watch.OnError(error))
            .Build();
        _reading = new ConsumeThread(
            new BatchSource(consumer),
            new TestBrokerReading(consumer, _own, context),
            watch,
            context.Log
        );
        ListensOn = [way.Brokers[0].ToString()];
        _following = FollowAsync(consumer);
    }

    public Capabilities Capabilities =>
        Capabilities.Publish | Capabilities.Headers | Capabilities.Browse | Capabilities.Listen;

    public IReadOnlyList<string> ListensOn { get; }

    public IReadOnlyList<Fact> Facts { get; } =
    [
        new("protocol", "Kafka: the test broker of librdkafka, one broker"),
        new("open to", "this machine"),
        new("clients need", "no password"),
        new("topics", "made by whoever writes to them, with 4 partitions"),
        new("keeps", "5 MB in a partition, in memory: the oldest goes"),
        new("cannot", "look up times: the answer is always the end"),
        new("cannot", "make or delete topics by request"),
        new("cannot", "list or describe consumer groups"),
        new(
            "cannot",
            "serve one group to clients of different kinds (kafkajs beside others): the library then ends the program"
        )
        {
            Tone = FactTone.Warning,
        },
    ];

    public Task Completion => _completion.Task;

    /// <summary>Starts it.</summary>
    /// <exception cref="TransportException">It did not start.</exception>
    public static async Task<TestBrokerSession> StartAsync(SessionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // The address is ignored, but has to be there.
        var config = new ProducerConfig { BootstrapServers = "127.0.0.1", EnableMetricsPush = false };
        config.Set("test.mock.num.brokers", "1");
        var host = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler(
                (_, line) => context.Log.LogDebug("librdkafka {Facility}: {Message}", line.Facility, line.Message)
            )
            .SetErrorHandler((_, error) => context.Log.LogDebug("librdkafka: {Message}", error.Reason))
            .Build();
        try
        {
            var broker = await Task.Run(() => BrokerOf(host), cancellationToken).ConfigureAwait(false);
            var way = new KafkaWay
            {
                Brokers = [new Endpoint(KafkaTransport.Plain, broker.Host, broker.Port, "")],
                Tls = new TlsOptions(),
            };
            return new TestBrokerSession(host, way, context);
        }
        catch (Exception exception)
        {
            host.Dispose();
            if (exception is KafkaException failure)
                throw new TransportException(
                    FailureKind.Refused,
                    $"The test broker did not start ({failure.Error.Reason}); the log has the details.",
                    failure
                );
            throw;
        }
    }

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            new SubscribeResult(
                IsAccepted: false,
                "a broker receives all that its clients send; there is nothing to subscribe to"
            )
        );

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;

    public ResumePoint? PositionOf(Subscription subscription) => null;

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isDisposed != 0)
            throw new TransportException(FailureKind.Lost, "The broker is stopped: start it again.");
        return _publisher.PublishAsync(message, cancellationToken);
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _reading.DisposeAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
        await Task.Run(_host.Dispose).ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private static BrokerMetadata BrokerOf(IProducer<byte[]?, byte[]?> host)
    {
        using var admin = new DependentAdminClientBuilder(host.Handle).Build();
        return admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
    }

    /// <summary>Reads each topic from its beginning as soon as it comes up.</summary>
    private async Task FollowAsync(IConsumer<byte[]?, byte[]?> consumer)
    {
        var known = new HashSet<TopicPartition>();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var metadata = await _cluster.MetadataAsync(_stop.Token).ConfigureAwait(false);
                var found = KafkaCluster.PartitionsOf(metadata).Where(known.Add).ToList();
                if (found.Count > 0)
                    consumer.IncrementalAssign(
                        found.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning))
                    );
                await Task.Delay(s_interval, _context.Time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the session.
        }
        catch (Exception exception) when (exception is TransportException or KafkaException)
        {
            _completion.TrySetException(
                exception as TransportException
                    ?? new TransportException(
                        FailureKind.Lost,
                        $"The test broker ended ({exception.Message.TrimEnd('.')}); start it again.",
                        exception
                    )
            );
        }
    }
}
