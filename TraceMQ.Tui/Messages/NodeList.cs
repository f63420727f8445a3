namespace TraceMQ.Tui.Messages;

/// <summary>Nodes that are only ever added, by one thread, and read by any: the array is replaced when it grows, and the count is published last.</summary>
internal sealed class NodeList
{
    private TopicNode[] _nodes = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The nodes there are now, in the order in which they came.</summary>
    public ReadOnlySpan<TopicNode> Now
    {
        get
        {
            // In this order: an array that was replaced since holds at least as many.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _nodes).AsSpan(0, count);
        }
    }

    public void Add(TopicNode node)
    {
        if (_count == _nodes.Length)
        {
            var larger = new TopicNode[Math.Max(2, _count * 2)];
            _nodes.CopyTo(larger, 0);
            Volatile.Write(ref _nodes, larger);
        }

        _nodes[_count] = node;
        Volatile.Write(ref _count, _count + 1);
    }
}
