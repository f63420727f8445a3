using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Kafka;

/// <summary>One connection to a cluster.</summary>
internal sealed class KafkaSession : ISession
{
    private readonly KafkaCluster _cluster;
    private readonly KafkaReaders _readers;
    private readonly KafkaPublisher _publisher;
    private readonly KafkaBrowser _browser;
    private readonly KafkaWay _way;
    private readonly IReadOnlyList<Fact> _facts;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private int _isDisposed;

    private KafkaSession(Profile profile, KafkaLink link, SessionContext context)
    {
        _cluster = link.Cluster;
        _way = link.Way;
        _readers = new KafkaReaders(profile, link.Options, _cluster, context);
        _publisher = new KafkaPublisher(_cluster, _way, profile.Values.Get(KafkaSettings.CreateTopics), context);
        _browser = new KafkaBrowser(
            _cluster,
            () => _readers.Positions,
            profile.Values.Get(KafkaSettings.LagOf),
            context.Time
        );
        _facts = FactsOf(link);
        _watching = WatchAsync();
    }

    public Capabilities Capabilities =>
        Capabilities.Subscribe
        | Capabilities.Publish
        | Capabilities.Replay
        | Capabilities.Headers
        | Capabilities.Browse
        | Capabilities.Wire;

    public IReadOnlyList<Fact> Facts => [.. _facts, ReadingFact()];

    public Task Completion => _completion.Task;

    /// <summary>Connects to the first broker that can be reached; the cluster names the others.</summary>
    /// <exception cref="TransportException">It failed, or the cluster refused.</exception>
    public static async Task<KafkaSession> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var way = KafkaWay.Of(profile);
        var link = await KafkaLink
            .OpenAsync(way, profile.Values.Get(KafkaSettings.CreateTopics), StepLog.Silent, context, cancellationToken)
            .ConfigureAwait(false);
        context.Log.LogDebug("Kafka connected to {Address}", way.Address);
        return new KafkaSession(profile, link, context);
    }

    public Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        ThrowIfEnded();
        return _readers.AddAsync(subscription, from as KafkaPosition, cancellationToken);
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return _readers.RemoveAsync(subscription.Topic, cancellationToken);
    }

    public ResumePoint? PositionOf(Subscription subscription) => _readers.PositionOf(subscription.Topic);

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        return _publisher.PublishAsync(message, cancellationToken);
    }

    public T? Feature<T>()
        where T : class => typeof(T) == typeof(IBrowsable) ? _browser as T : null;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _readers.DisposeAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        var ended = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        var first = await Task.WhenAny(_cluster.Watch.Failed, ended).ConfigureAwait(false);
        if (first == ended)
            _completion.TrySetResult();
        else
            _completion.TrySetException(await _cluster.Watch.Failed.ConfigureAwait(false));
    }

    private void ThrowIfEnded()
    {
        _cluster.Watch.ThrowIfFailed();
        if (_isDisposed != 0)
            throw new TransportException(FailureKind.Lost, "The connection is over; connect again first.");
    }

    private Fact ReadingFact() =>
        _readers.Group.Length == 0
            ? new Fact("reading", "without a trace: joins no group, commits nothing")
            : new Fact("reading", $"as a member of the group {_readers.Group}; commits offsets")
            {
                Tone = FactTone.Warning,
            };

    private static List<Fact> FactsOf(KafkaLink link)
    {
        var brokers = link.Metadata.Brokers;
        var facts = new List<Fact>
        {
            new("protocol", "Kafka"),
            new(
                "brokers",
                string.Join(
                    ", ",
                    brokers.Select(broker =>
                        string.Create(CultureInfo.InvariantCulture, $"{broker.BrokerId} at {broker.Host}:{broker.Port}")
                    )
                )
            ),
            new("topics", link.Metadata.Topics.Count.ToString(CultureInfo.InvariantCulture)),
        };
        if (link.Way.HasUser)
            facts.Add(new Fact("user", $"{link.Way.Username} ({link.Way.Mechanism})"));
        facts.AddRange(link.WayFacts);
        return facts;
    }
}
