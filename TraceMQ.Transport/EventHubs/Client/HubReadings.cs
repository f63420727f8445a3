using System.Globalization;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>The subscriptions of a session.</summary>
internal sealed class HubReadings : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HubReading> _readings = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Profile _profile;
    private readonly HubInfo _hub;
    private readonly HubPlanner _planner;
    private readonly AmqpConnection _connection;
    private readonly SessionContext _context;
    private readonly ReadingOptions _options;
    private readonly Action<TransportException> _fail;
    private bool _isOver;

    public HubReadings(
        Profile profile,
        HubWay way,
        HubLink link,
        SessionContext context,
        Action<TransportException> fail
    )
    {
        _profile = profile;
        _hub = link.Hub;
        _planner = new HubPlanner(link.Management, context);
        _connection = link.Connection;
        _context = context;
        _fail = fail;
        var level = profile.Values.Get(HubClientSettings.OwnerLevel);
        var key = profile.Values.Get(HubClientSettings.ReadKey);
        _options = new ReadingOptions
        {
            Way = way,
            ConsumerGroup = profile.Values.Get(HubClientSettings.ConsumerGroup),
            ReaderName = $"tracemq-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}",
            OwnerLevel = level > HubClientSettings.NoOwnerLevel ? level : null,
            Key = key.Length > 0 ? key : null,
        };
    }

    /// <summary>The consumer group.</summary>
    public string ConsumerGroup => _options.ConsumerGroup;

    /// <summary>The owner level; null: none.</summary>
    public long? OwnerLevel => _options.OwnerLevel;

    /// <summary>Where each subscription stands, by its topic.</summary>
    public IReadOnlyList<(string Topic, HubPosition Position)> Positions
    {
        get
        {
            lock (_lock)
                return [.. _readings.Select(item => (item.Key, item.Value.Position))];
        }
    }

    /// <summary>Where a subscription stands, or stood; null where there is none.</summary>
    public HubPosition? PositionOf(string topic)
    {
        lock (_lock)
            return _readings.GetValueOrDefault(topic)?.Position;
    }

    /// <summary>Begins to read, in the place of what was read for the same topic before.</summary>
    /// <exception cref="TransportException">The hub did not answer, or the connection is over.</exception>
    public async Task<SubscribeResult> AddAsync(
        Subscription subscription,
        HubPosition? from,
        CancellationToken cancellationToken
    )
    {
        if (WhyNot(subscription) is { } problem)
            return new SubscribeResult(IsAccepted: false, problem);
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StopAsync(subscription.Topic).ConfigureAwait(false);
            return await BeginAsync(subscription, from, cancellationToken).ConfigureAwait(false);
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
                _readings.Remove(topic);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends all of them; where they stood is still known. Once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        List<HubReading> all;
        lock (_lock)
        {
            _isOver = true;
            all = [.. _readings.Values];
        }

        await Task.WhenAll(all.Select(reading => reading.DisposeAsync().AsTask())).ConfigureAwait(false);
        _changing.Release();
    }

    private async Task<SubscribeResult> BeginAsync(
        Subscription subscription,
        HubPosition? from,
        CancellationToken cancellationToken
    )
    {
        var start = HubClientSettings.StartOf(_profile, subscription);
        var until = HubClientSettings.UntilOf(subscription);
        var plans = from is null
            ? await _planner
                .BeginAsync(PartitionsOf(subscription.Topic), start, until, cancellationToken)
                .ConfigureAwait(false)
            : await _planner.GoOnAsync(from, cancellationToken).ConfigureAwait(false);
        var reading = new HubReading(
            subscription.Topic,
            plans,
            from?.IsMarked ?? (start.Kind == StartKind.Latest && until is null),
            _options with
            {
                Credit = ReadingOptions.CreditFor(plans.Count),
            },
            _connection,
            _context,
            _fail
        );
        try
        {
            await reading.AttachAsync(cancellationToken).ConfigureAwait(false);
            Put(subscription.Topic, reading);
        }
        catch (TransportException failure) when (IsRefusal(failure, isFirst: from is null))
        {
            await reading.DisposeAsync().ConfigureAwait(false);
            return new SubscribeResult(IsAccepted: false, failure.Message);
        }
        catch
        {
            await reading.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var count = plans.Count == 1 ? $"partition {plans[0].Partition}" : $"{plans.Count} partitions";
        return new SubscribeResult(
            IsAccepted: true,
            $"{count} in {ConsumerGroup} from {(from is null ? start.ToString() : from.Text)}"
        );
    }

    // What passes by itself is tried again by a new session, which knows where this one stood.
    private bool IsRefusal(TransportException failure, bool isFirst) =>
        !_connection.IsOver
        && failure.Kind is not (FailureKind.TimedOut or FailureKind.Lost)
        && (isFirst || failure.IsFinal);

    private void Put(string topic, HubReading reading)
    {
        lock (_lock)
        {
            if (_isOver)
                throw new TransportException(FailureKind.Lost, "The connection is over; connect again first.");
            _readings[topic] = reading;
        }

        reading.Start();
    }

    private string? WhyNot(Subscription subscription)
    {
        var now = _context.Time.GetUtcNow();
        if (HubClientSettings.StartOf(_profile, subscription).TimeAt(now) > now)
            return "start lies in the future: use latest";
        if (HubClientSettings.UntilOf(subscription)?.TimeAt(now) > now)
            return "until lies in the future: leave it out, and end the subscription then";
        if (_options.Key is not null && subscription.Topic.Length > 0)
            return "eventhubs.partition_key says which partition is read: leave the partition out";
        var missing = PartitionsOf(subscription.Topic).FirstOrDefault(id => !_hub.Partitions.Contains(id));
        return missing is null
            ? null
            : $"the hub {_hub.Name} has no partition {missing}; it has {string.Join(", ", _hub.Partitions)}";
    }

    private IReadOnlyList<string> PartitionsOf(string topic)
    {
        if (topic.Length > 0)
            return [topic];
        if (_options.Key is { } key)
            return [_hub.Partitions[PartitionHash.IndexOf(key, _hub.Partitions.Count)]];
        var chosen = _profile.Values.Get(HubClientSettings.Partitions);
        return chosen.Count > 0 ? chosen : _hub.Partitions;
    }

    private async Task StopAsync(string topic)
    {
        HubReading? reading;
        lock (_lock)
            reading = _readings.GetValueOrDefault(topic);
        if (reading is not null)
            await reading.DisposeAsync().ConfigureAwait(false);
    }
}
