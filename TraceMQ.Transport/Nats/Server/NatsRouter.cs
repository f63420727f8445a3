namespace TraceMQ.Transport.Nats.Server;

/// <summary>Brings messages to whoever subscribes: every subscription, and of each queue group one (NATS documentation, Queue Groups).</summary>
internal sealed class NatsRouter
{
    [ThreadStatic]
    private static List<ServedSubscription>? s_matches;

    private readonly SubjectIndex _index = new();

    /// <summary>A subscription came.</summary>
    public void Add(ServedSubscription subscription) => _index.Add(subscription);

    /// <summary>A subscription ended.</summary>
    public void Remove(ServedSubscription subscription) => _index.Remove(subscription);

    /// <summary>Brings a message to its subscribers.</summary>
    /// <param name="message">The message.</param>
    /// <param name="from">Who sent it; null: we did.</param>
    /// <returns>How many got it.</returns>
    public int Send(in ServedMessage message, ServedNatsClient? from)
    {
        var matches = s_matches ??= [];
        matches.Clear();
        _index.Match(message.Subject, matches);
        var count = 0;
        Dictionary<(string, string), List<ServedSubscription>>? groups = null;
        foreach (var subscription in matches)
        {
            if (from is { Options.HasEcho: false } && subscription.Client == from)
                continue;
            if (subscription.Queue is not { } queue)
            {
                subscription.Take(message);
                count++;
                continue;
            }

            groups ??= [];
            if (!groups.TryGetValue((subscription.Subject, queue), out var members))
                groups.Add((subscription.Subject, queue), members = []);
            members.Add(subscription);
        }

        foreach (var members in groups?.Values ?? Enumerable.Empty<List<ServedSubscription>>())
        {
            members[Random.Shared.Next(members.Count)].Take(message);
            count++;
        }

        return count;
    }
}
