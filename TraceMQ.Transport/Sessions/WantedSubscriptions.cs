using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sessions;

/// <summary>What a connection is to receive, and where each subscription stood when the last session was lost. Safe for any thread.</summary>
internal sealed class WantedSubscriptions
{
    private readonly Lock _lock = new();
    private readonly List<Subscription> _items = [];
    private readonly Dictionary<string, ResumePoint> _positions = new(StringComparer.Ordinal);
    private bool _hasProfiles;

    /// <summary>In the order in which they were asked for.</summary>
    public IReadOnlyList<Subscription> Snapshot
    {
        get
        {
            lock (_lock)
                return _items.ToArray();
        }
    }

    /// <summary>Takes the profile's list, the first time only: later the user's changes count. Where a topic is optional and nothing is asked for, all is.</summary>
    public void TakeFrom(Profile profile, TopicUse topics)
    {
        lock (_lock)
        {
            if (_hasProfiles)
                return;
            _hasProfiles = true;
            var at = 0;
            foreach (var subscription in profile.Subscriptions)
            {
                if (_items.TrueForAll(item => item.Topic != subscription.Topic))
                    _items.Insert(at++, subscription);
            }

            if (_items.Count == 0 && topics == TopicUse.Optional)
                _items.Add(new Subscription(""));
        }
    }

    /// <summary>Adds one, or replaces the one of the same topic, which then begins anew.</summary>
    public void Put(Subscription subscription)
    {
        lock (_lock)
        {
            _positions.Remove(subscription.Topic);
            var at = _items.FindIndex(item => item.Topic == subscription.Topic);
            if (at < 0)
                _items.Add(subscription);
            else
                _items[at] = subscription;
        }
    }

    public void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            _positions.Remove(subscription.Topic);
            _items.RemoveAll(item => item.Topic == subscription.Topic);
        }
    }

    public ResumePoint? PositionOf(Subscription subscription)
    {
        lock (_lock)
            return _positions.GetValueOrDefault(subscription.Topic);
    }

    /// <summary>Notes where the lost session stood. One that it never got to keeps the place that an earlier session noted.</summary>
    public void NotePositions(ISession lost)
    {
        foreach (var subscription in Snapshot)
        {
            if (lost.PositionOf(subscription) is { } position)
            {
                lock (_lock)
                    _positions[subscription.Topic] = position;
            }
        }
    }
}
