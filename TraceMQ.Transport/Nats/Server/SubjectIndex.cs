namespace TraceMQ.Transport.Nats.Server;

/// <summary>Finds the subscriptions that match a subject: a tree of tokens, so that thousands of others cost nothing. Safe for any thread.</summary>
internal sealed class SubjectIndex
{
    private readonly Lock _lock = new();
    private readonly Branch _root = new();

    /// <summary>Adds a subscription.</summary>
    public void Add(ServedSubscription subscription)
    {
        lock (_lock)
        {
            var branch = _root;
            foreach (var token in subscription.Subject.Split('.'))
                branch = branch.Child(token);
            branch.Own.Add(subscription);
        }
    }

    /// <summary>Removes a subscription, and the branches that are empty without it.</summary>
    public void Remove(ServedSubscription subscription)
    {
        lock (_lock)
            Remove(_root, subscription.Subject.Split('.'), 0, subscription);
    }

    /// <summary>Adds the subscriptions that match a subject.</summary>
    public void Match(string subject, List<ServedSubscription> into)
    {
        lock (_lock)
            Match(_root, subject.AsSpan(), isEnd: false, into);
    }

    private static void Match(Branch branch, ReadOnlySpan<char> rest, bool isEnd, List<ServedSubscription> into)
    {
        if (isEnd)
        {
            into.AddRange(branch.Own);
            return;
        }

        var dot = rest.IndexOf('.');
        var token = dot < 0 ? rest : rest[..dot];
        var after = dot < 0 ? [] : rest[(dot + 1)..];
        if (branch.Find(">") is { } all)
            into.AddRange(all.Own);
        if (branch.Find("*") is { } any)
            Match(any, after, dot < 0, into);
        if (branch.Find(token) is { } same)
            Match(same, after, dot < 0, into);
    }

    private static bool Remove(Branch branch, string[] tokens, int at, ServedSubscription subscription)
    {
        if (at == tokens.Length)
            branch.Own.Remove(subscription);
        else if (branch.Find(tokens[at]) is { } child && Remove(child, tokens, at + 1, subscription))
            branch.Cut(tokens[at]);
        return branch.IsEmpty;
    }

    private sealed class Branch
    {
        private readonly Dictionary<string, Branch> _children = new(StringComparer.Ordinal);

        public List<ServedSubscription> Own { get; } = [];

        public bool IsEmpty => Own.Count == 0 && _children.Count == 0;

        public Branch Child(string token)
        {
            if (!_children.TryGetValue(token, out var child))
                _children.Add(token, child = new Branch());
            return child;
        }

        public Branch? Find(ReadOnlySpan<char> token) =>
            _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var child) ? child : null;

        public void Cut(string token) => _children.Remove(token);
    }
}
