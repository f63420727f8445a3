using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// All topics of all connections with their counts. Written by the event loop's thread alone; read by any thread without a lock (see
/// <see cref="TopicNode"/> for why that is safe). Bounded: topics beyond the limit are counted together.
/// </summary>
internal sealed class TopicTree
{
    /// <summary>Topics that are told apart, over all connections.</summary>
    public const int DefaultMaximumTopics = 200_000;

    // A peer may send 32,768 levels in one topic: what is deeper than anybody looks is one level.
    internal const int MaximumLevels = 64;
    private const int NodesPerTopic = 3;
    private const long MaximumCharacters = 16 << 20;

    private readonly int _maximumTopics;
    private readonly Dictionary<int, SourceTree> _bySource = [];
    private SourceTree[] _sources = [];
    private long _topics;
    private long _nodes;
    private long _characters;
    private long _version;

    public TopicTree(int maximumTopics = DefaultMaximumTopics) => _maximumTopics = maximumTopics;

    /// <summary>Changes when a topic is new.</summary>
    public long StructureVersion => Volatile.Read(ref _version);

    /// <summary>Topics that are told apart.</summary>
    public long TopicCount => Volatile.Read(ref _topics);

    /// <summary>The roots, one for each connection that had a message; their names are empty.</summary>
    public IEnumerable<TopicNode> Roots => Volatile.Read(ref _sources).Select(source => source.Root);

    /// <summary>Counts a message.</summary>
    /// <param name="id">Its id in the log.</param>
    /// <param name="source">The connection.</param>
    /// <param name="separator">What separates levels in its protocol; null where there are none.</param>
    /// <param name="message">The message.</param>
    public void Add(long id, int source, char? separator, Message message)
    {
        if (!_bySource.TryGetValue(source, out var tree))
            tree = AddSource(source, separator);
        if (!tree.Topics.TryGetValue(message.Topic, out var node))
            node = AddTopic(tree, message.Topic, separator);
        node.Record(id, message.Time.UtcTicks, message.Payload.Span, message.IsReplayed);
    }

    /// <summary>Adds topics that a peer is known to have, before any message came on them.</summary>
    /// <param name="source">The connection.</param>
    /// <param name="separator">What separates levels in its protocol; null where there are none.</param>
    /// <param name="topics">The topics; those beyond the limit are left out.</param>
    public void Declare(int source, char? separator, IReadOnlyList<string> topics)
    {
        if (topics.Count == 0)
            return;
        if (!_bySource.TryGetValue(source, out var tree))
            tree = AddSource(source, separator);
        foreach (var topic in topics)
        {
            if (!tree.Topics.ContainsKey(topic) && !IsFull(topic))
                AddTopic(tree, topic, separator);
        }
    }

    /// <summary>Forgets the topics of a connection, or all.</summary>
    public void Clear(int? source)
    {
        foreach (var tree in _sources)
        {
            if (source is not null && source != tree.Root.Source)
                continue;
            _bySource.Remove(tree.Root.Source);
            _topics -= tree.Topics.Count;
            _nodes -= tree.Nodes;
            _characters -= tree.Characters;
        }

        Volatile.Write(ref _sources, [.. _bySource.Values]);
        Volatile.Write(ref _version, _version + 1);
    }

    /// <summary>Topics that begin with a text, the busiest first: to complete what is typed.</summary>
    public IReadOnlyList<string> Complete(string prefix, int maximum, int? source)
    {
        var found = new PriorityQueue<TopicNode, long>();
        foreach (var node in AllTopics(source))
        {
            if (node.Topic?.StartsWith(prefix, StringComparison.Ordinal) != true)
                continue;
            if (found.Count < maximum)
                found.Enqueue(node, node.Own.Count);
            else
                found.EnqueueDequeue(node, node.Own.Count);
        }

        return
        [
            .. found
                .UnorderedItems.OrderByDescending(item => item.Priority)
                .ThenBy(item => item.Element.Topic, StringComparer.Ordinal)
                .Select(item => item.Element.Topic!)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Every node that is a topic, and those that stand for the overflow, whose topic is null.</summary>
    public IEnumerable<TopicNode> AllTopics(int? source)
    {
        foreach (var tree in Volatile.Read(ref _sources))
        {
            if (source is not null && source != tree.Root.Source)
                continue;
            for (var i = 0; i < tree.List.Count; i++)
                yield return tree.List.Now[i];
        }
    }

    /// <summary>The topics of a connection in the order in which they came, and the overflow.</summary>
    public NodeList TopicsOf(TopicNode root) =>
        Volatile.Read(ref _sources).FirstOrDefault(tree => tree.Root == root)?.List ?? new NodeList();

    private SourceTree AddSource(int source, char? separator)
    {
        var tree = new SourceTree(new TopicNode(null, "", source) { Separator = separator });
        _bySource.Add(source, tree);
        Volatile.Write(ref _sources, [.. _sources, tree]);
        Volatile.Write(ref _version, _version + 1);
        return tree;
    }

    private bool IsFull(string topic) =>
        _topics >= _maximumTopics
        || _nodes >= (long)_maximumTopics * NodesPerTopic
        || _characters + (topic.Length * 2) > MaximumCharacters;

    private TopicNode AddTopic(SourceTree tree, string topic, char? separator)
    {
        Volatile.Write(ref _version, _version + 1);
        if (IsFull(topic))
            return tree.Overflow ??= AddOverflow(tree);
        var node = tree.Root;
        var rest = topic.AsSpan();
        for (var level = 1; ; level++)
        {
            var end = separator is { } character && level < MaximumLevels ? EndOf(rest, character, level) : -1;
            node = ChildOf(tree, node, end < 0 ? rest : rest[..end]);
            if (end < 0)
                break;
            rest = rest[(end + 1)..];
        }

        node.Become(topic);
        tree.Topics.Add(topic, node);
        tree.List.Add(node);
        tree.Characters += topic.Length;
        _characters += topic.Length;
        Volatile.Write(ref _topics, _topics + 1);
        return node;
    }

    /// <summary>Where a level ends; -1 where it is the last. A separator at the very beginning belongs to the first level: <c>/a</c>, and not nothing and <c>a</c>.</summary>
    internal static int EndOf(ReadOnlySpan<char> rest, char separator, int level)
    {
        var from = level == 1 && rest.Length > 0 && rest[0] == separator ? 1 : 0;
        var end = rest[from..].IndexOf(separator);
        return end < 0 ? -1 : from + end;
    }

    private TopicNode ChildOf(SourceTree tree, TopicNode parent, ReadOnlySpan<char> name)
    {
        if (parent.Find(name) is { } child)
            return child;
        child = new TopicNode(parent, name.ToString(), tree.Root.Source);
        parent.Add(child);
        tree.Nodes++;
        tree.Characters += name.Length;
        _nodes++;
        _characters += name.Length;
        return child;
    }

    private static TopicNode AddOverflow(SourceTree tree)
    {
        var node = new TopicNode(tree.Root, "more topics, counted together", tree.Root.Source) { IsOverflow = true };
        tree.Root.Add(node);
        tree.List.Add(node);
        return node;
    }

    private sealed class SourceTree(TopicNode root)
    {
        public TopicNode Root { get; } = root;

        public Dictionary<string, TopicNode> Topics { get; } = new(StringComparer.Ordinal);

        public NodeList List { get; } = new();

        public TopicNode? Overflow { get; set; }

        public long Nodes { get; set; }

        public long Characters { get; set; }
    }
}
