using System.Runtime.InteropServices;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// Lays the topic tree out in rows for one screen, on one thread, while the event loop goes on writing. The order of the rows is kept and
/// made anew when the query changes, when topics are new, and once a second where the order depends on traffic: rows that jump at every
/// frame cannot be read. Numbers are those of the moment. Nothing recurses: topics may have thousands of levels.
/// </summary>
internal sealed class TopicLayout(TopicTree tree)
{
    private static readonly TimeSpan s_resort = TimeSpan.FromSeconds(1);
    private readonly TopicOrder _order = new();
    private readonly byte[] _preview = new byte[TopicNode.PreviewBytes];
    private List<Entry> _entries = [];
    private TopicQuery? _query;
    private long _structure = -1;
    private long _builtAt;

    /// <summary>The rows from one on.</summary>
    /// <param name="query">What to show. The same instance while nothing changes.</param>
    /// <param name="now">For ages and rates.</param>
    /// <param name="first">The first row to fill.</param>
    /// <param name="count">How many rows to fill.</param>
    public TopicRows Rows(TopicQuery query, DateTimeOffset now, int first, int count)
    {
        if (NeedsBuild(query, now.UtcTicks))
            Build(query, now.UtcTicks);
        first = Math.Clamp(first, 0, _entries.Count);
        count = Math.Clamp(count, 0, _entries.Count - first);
        var rows = new TopicRow[count];
        for (var i = 0; i < count; i++)
            rows[i] = RowOf(_entries[first + i], now.UtcTicks);
        return new TopicRows(_entries.Count, first, rows);
    }

    /// <summary>The row of a branch in the order that was last shown; -1 where it is not shown.</summary>
    public int RowOf(TopicBranch branch)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            var node = _entries[i].Node;
            if (node.Source == branch.Source && Ends(branch.Path, node) && PathOf(node) == branch.Path)
                return i;
        }

        return -1;
    }

    private static bool Ends(string? path, TopicNode node) =>
        path is null ? node.Parent is null : path.EndsWith(node.Name, StringComparison.Ordinal);

    // Building takes time in proportion to the rows: a flood of new topics must not eat the screen's thread.
    private bool NeedsBuild(TopicQuery query, long now)
    {
        if (!query.Equals(_query))
            return true;
        var elapsed = TimeSpan.FromTicks(Math.Abs(now - _builtAt));
        if (query.Sort != TopicSort.Name && elapsed >= s_resort)
            return true;
        return tree.StructureVersion != _structure && elapsed >= TimeSpan.FromMilliseconds(_entries.Count / 200.0);
    }

    private void Build(TopicQuery query, long now)
    {
        _structure = tree.StructureVersion;
        _query = query;
        _builtAt = now;
        _entries = new List<Entry>(_entries.Count);
        var roots = tree.Roots.Where(root => query.Source is null || query.Source == root.Source).ToArray();
        if (query.IsFlat)
            BuildFlat(query, now, roots);
        else
            BuildTree(query, now, roots);
    }

    private void BuildFlat(TopicQuery query, long now, TopicNode[] roots)
    {
        // Only the list of a single connection is append-only, and worth remembering in its order.
        var topics = roots.Length == 1 ? tree.TopicsOf(roots[0]) : new NodeList();
        if (roots.Length > 1)
        {
            foreach (var node in tree.AllTopics(query.Source))
                topics.Add(node);
        }

        foreach (var node in _order.Sorted(topics, topics.Now, query.Sort, isFlat: true, now))
        {
            if (IsWanted(node, query.Filter))
                _entries.Add(new Entry(node, 0, false));
        }
    }

    private void BuildTree(TopicQuery query, long now, TopicNode[] roots)
    {
        var shown = query.Filter.Length == 0 ? null : Matching(query);
        var open = OpenBranches.From(
            query.Expanded,
            source => roots.FirstOrDefault(root => root.Source == source)?.Separator
        );
        var stack = new Stack<(TopicNode Node, int Depth, OpenBranches? Open)>();
        if (roots.Length == 1)
            PushChildren(roots[0], 0, open.GetValueOrDefault(roots[0].Source));
        else
        {
            foreach (var root in roots.Reverse())
                stack.Push((root, 0, open.GetValueOrDefault(root.Source)));
        }

        while (stack.TryPop(out var place))
        {
            if (shown?.Contains(place.Node) == false)
                continue;
            var isExpanded = place.Node.HasChildren && (shown is not null || place.Open is { IsOpen: true });
            _entries.Add(new Entry(place.Node, place.Depth, isExpanded));
            if (isExpanded)
                PushChildren(place.Node, place.Depth + 1, place.Open);
        }

        void PushChildren(TopicNode node, int depth, OpenBranches? ofNode)
        {
            var children = _order.Sorted(node, node.Children, query.Sort, isFlat: false, now);
            for (var i = children.Length - 1; i >= 0; i--)
                stack.Push((children[i], depth, ofNode?.Below(children[i].Name)));
        }
    }

    private HashSet<TopicNode> Matching(TopicQuery query)
    {
        var matching = new HashSet<TopicNode>();
        foreach (var topic in tree.AllTopics(query.Source))
        {
            if (!IsWanted(topic, query.Filter))
                continue;
            for (var node = topic; node is not null && matching.Add(node); node = node.Parent) { }
        }

        return matching;
    }

    private static bool IsWanted(TopicNode node, string filter) =>
        filter.Length == 0 || node.Topic?.Contains(filter, StringComparison.OrdinalIgnoreCase) == true;

    private TopicRow RowOf(Entry entry, long now)
    {
        var node = entry.Node;
        var traffic = _query!.IsFlat ? node.Own : node.Total;
        var spark = new int[TopicTraffic.SparkSeconds];
        traffic.ReadSpark(now, spark);
        var live = traffic.LastLiveTicks;
        return new TopicRow
        {
            Branch = new TopicBranch(node.Source, PathOf(node)),
            Depth = entry.Depth,
            Name = _query.IsFlat && node.Topic is not null ? node.Topic : node.Name,
            IsOverflow = node.IsOverflow,
            HasChildren = !_query.IsFlat && node.HasChildren,
            IsExpanded = entry.IsExpanded,
            Topic = node.Topic,
            Topics = _query.IsFlat ? 1 : node.Topics,
            Count = traffic.Count,
            Bytes = traffic.Bytes,
            Rate = traffic.Rate(now),
            Age = live == 0 ? null : TimeSpan.FromTicks(Math.Max(0, now - live)),
            IsRetained = node.IsRetained,
            LastId = node.LastId,
            LastPayload = _preview[..node.ReadPreview(_preview)],
            LastSize = node.LastSize,
            Spark = spark,
        };
    }

    private static string? PathOf(TopicNode node)
    {
        if (node.Parent is null)
            return null;
        var names = new List<string>();
        var at = node;
        for (; at.Parent is not null; at = at.Parent)
            names.Add(at.Name);
        names.Reverse();
        return string.Join(at.Separator ?? '\0', names);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(TopicNode Node, int Depth, bool IsExpanded);
}
