using System.Runtime.CompilerServices;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// A level of the topic tree. Written by the event loop's thread alone and read by others without a lock: every number is one aligned word, so
/// that a reader sees it before or after a message but never half of one; two numbers may be a message apart, which no screen can tell.
/// Children are only ever added, into an array that is replaced when it grows. The last value is longer than a word: its readers check
/// a stamp that the writer makes odd while it writes.
/// </summary>
internal sealed class TopicNode
{
    /// <summary>Bytes of the last payload that are kept for the tree's row.</summary>
    public const int PreviewBytes = 48;

    private NodeList? _children;
    private Dictionary<string, TopicNode>? _byName;
    private TopicTraffic _own;
    private Preview _preview;
    private int _previewLength;
    private int _stamp;
    private long _lastId;
    private long _lastSize;
    private long _topics;

    public TopicNode(TopicNode? parent, string name, int source)
    {
        Parent = parent;
        Name = name;
        Source = source;
        _own = Total;
    }

    public TopicNode? Parent { get; }

    /// <summary>The level's name; may be empty. Untrusted.</summary>
    public string Name { get; }

    /// <summary>The connection.</summary>
    public int Source { get; }

    /// <summary>The whole topic, where messages came on this very level; null for a mere branch.</summary>
    public string? Topic { get; private set; }

    /// <summary>The traffic here and below.</summary>
    public TopicTraffic Total { get; } = new();

    /// <summary>The traffic of this very topic; the same object as <see cref="Total"/> while nothing is below.</summary>
    public TopicTraffic Own => Volatile.Read(ref _own);

    /// <summary>Topics here and below.</summary>
    public long Topics => Volatile.Read(ref _topics);

    /// <summary>The id of the last message on this very topic; 0 where there is none.</summary>
    public long LastId => Volatile.Read(ref _lastId);

    /// <summary>Payload bytes of the last message on this very topic.</summary>
    public long LastSize => Volatile.Read(ref _lastSize);

    /// <summary>True where a message of this very topic was stored before we subscribed.</summary>
    public bool IsRetained { get; private set; }

    /// <summary>What separates the levels of this connection's topics; known to the root.</summary>
    public char? Separator { get; init; }

    /// <summary>True for the node that stands for the topics beyond the limit.</summary>
    public bool IsOverflow { get; init; }

    public bool HasChildren => Volatile.Read(ref _children) is not null;

    /// <summary>The children there are now, in the order in which they came.</summary>
    public ReadOnlySpan<TopicNode> Children => Volatile.Read(ref _children) is { } children ? children.Now : [];

    /// <summary>For the writer.</summary>
    public TopicNode? Find(ReadOnlySpan<char> name)
    {
        if (_byName is not null)
            return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var found) ? found : null;
        foreach (var child in Children)
        {
            if (name.SequenceEqual(child.Name))
                return child;
        }

        return null;
    }

    /// <summary>For the writer.</summary>
    public void Add(TopicNode child)
    {
        const int Few = 8;
        if (Topic is not null && _own == Total)
            Volatile.Write(ref _own, Total.Copy());
        var children = _children ?? new NodeList();
        children.Add(child);
        if (_byName is null && children.Count > Few)
            _byName = children.Now.ToArray().ToDictionary(node => node.Name, StringComparer.Ordinal);
        else
            _byName?.Add(child.Name, child);
        Volatile.Write(ref _children, children);
    }

    /// <summary>For the writer: this level is a topic from now on.</summary>
    public void Become(string topic)
    {
        if (HasChildren)
            Volatile.Write(ref _own, new TopicTraffic());
        Topic = topic;
        for (var node = this; node is not null; node = node.Parent)
            Volatile.Write(ref node._topics, node._topics + 1);
    }

    /// <summary>For the writer: a message on this very topic.</summary>
    public void Record(long id, long ticks, ReadOnlySpan<byte> payload, bool isReplayed)
    {
        Volatile.Write(ref _lastId, id);
        Volatile.Write(ref _lastSize, payload.Length);
        if (isReplayed)
            IsRetained = true;
        SetPreview(payload);
        if (_own != Total)
            _own.Add(ticks, payload.Length, isReplayed);
        for (var node = this; node is not null; node = node.Parent)
            node.Total.Add(ticks, payload.Length, isReplayed);
    }

    /// <summary>Copies the beginning of the last payload.</summary>
    /// <param name="into">At least <see cref="PreviewBytes"/>.</param>
    /// <returns>Bytes copied.</returns>
    public int ReadPreview(Span<byte> into)
    {
        while (true)
        {
            var before = Volatile.Read(ref _stamp);
            if ((before & 1) == 0)
            {
                var length = _previewLength;
                ((ReadOnlySpan<byte>)_preview)[..length].CopyTo(into);
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref _stamp) == before)
                    return length;
            }

            Thread.SpinWait(1);
        }
    }

    private void SetPreview(ReadOnlySpan<byte> payload)
    {
        var part = payload[..Math.Min(payload.Length, PreviewBytes)];
        Volatile.Write(ref _stamp, _stamp + 1);
        Interlocked.MemoryBarrier();
        part.CopyTo(_preview);
        _previewLength = part.Length;
        Volatile.Write(ref _stamp, _stamp + 1);
    }

    [InlineArray(PreviewBytes)]
    private struct Preview
    {
        private byte _first;
    }
}
