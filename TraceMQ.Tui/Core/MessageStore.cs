using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Core;

/// <summary>The mutable message structures and the inboxes that feed them. Only the loop calls it; what it hands out is safe to read anywhere.</summary>
internal sealed class MessageStore
{
    /// <summary>Most messages that are taken from an inbox before the loop looks at other events.</summary>
    public const int Batch = 512;

    private const int InboxCapacity = 65_536;
    private const long InboxBytes = 64L << 20;

    private readonly Dictionary<int, Inbox> _inboxes = [];
    private readonly Dictionary<int, TopicSyntax> _syntaxes = [];
    private readonly Dictionary<string, TopicSyntax> _byProtocol = new(StringComparer.Ordinal);
    private readonly List<Message> _drained = new(Batch);
    private readonly Action<AppEvent> _post;
    private FilteredRows? _hits;
    private long _version;

    public MessageStore(MessageLog log, TopicTree topics, Action<AppEvent> post)
    {
        Log = log;
        Topics = topics;
        _post = post;
    }

    /// <summary>Every kept message.</summary>
    public MessageLog Log { get; }

    /// <summary>The topics of every connection.</summary>
    public TopicTree Topics { get; }

    /// <summary>The rows that the scope selects while it does not select all; null otherwise.</summary>
    public FilteredRows? Hits => _hits;

    /// <summary>The inbox of a connection, made at its first start and kept for all that follow.</summary>
    public Inbox Open(Effect.Connect connect)
    {
        if (_inboxes.TryGetValue(connect.Source, out var inbox))
            return inbox;
        var share = ShareOf(connect.Profile);
        var source = Log.AddSource(connect.Profile.Name, connect.Transport.Protocol, connect.Transport.Details, share);
        if (source != connect.Source)
            throw new InvalidOperationException(
                $"the log numbered a connection {source} and the state {connect.Source}"
            );
        _syntaxes[source] = connect.Transport.Topics;
        _byProtocol[connect.Transport.Protocol] = connect.Transport.Topics;
        inbox = new Inbox(InboxCapacity, InboxBytes, () => _post(new AppEvent.MessagesWaiting(source)));
        _inboxes.Add(source, inbox);
        return inbox;
    }

    /// <summary>Takes up to a batch of messages over; asks the loop to come back where more wait.</summary>
    public StoreSnapshot Ingest(int source)
    {
        var inbox = _inboxes[source];
        _drained.Clear();
        var isMore = inbox.Drain(_drained, Batch);
        foreach (var message in _drained)
        {
            var id = Log.Append(source, message);
            if (message.Mark == HistoryMark.None)
                Topics.Add(id, source, _syntaxes[source].Separator, message);
            _hits?.Add(id, Log.Sources[source], message);
        }

        Log.CountDropped(source, inbox.Dropped);
        if (isMore)
            _post(new AppEvent.MessagesWaiting(source));
        return Snapshot();
    }

    /// <summary>Shows topics that a peer is known to have.</summary>
    public StoreSnapshot Declare(int source, IReadOnlyList<string> topics)
    {
        Topics.Declare(source, _syntaxes[source].Separator, topics);
        return Snapshot();
    }

    /// <summary>Collects other rows from now on.</summary>
    /// <returns>The hits to search the backlog for; null where the scope selects all.</returns>
    public FilteredRows? ChangeScope(MessageScope scope)
    {
        _hits = scope.IsAll ? null : new FilteredRows(Log, scope, _byProtocol.GetValueOrDefault);
        return _hits;
    }

    /// <summary>Empties the log and the topics.</summary>
    public void Clear()
    {
        Log.Clear(null);
        Topics.Clear(null);
        if (_hits is not null)
            _hits = new FilteredRows(Log, _hits.Scope, _byProtocol.GetValueOrDefault);
    }

    /// <summary>What the inbox of each connection has counted.</summary>
    public Dictionary<int, SourceCounters> CountersBySource() =>
        _inboxes.ToDictionary(pair => pair.Key, pair => new SourceCounters(pair.Value.Received, pair.Value.Dropped));

    /// <summary>Keeps a message whatever leaves the log, or no longer.</summary>
    public void Pin(Effect.Pin pin)
    {
        if (pin.IsPinned)
            Log.Pin(pin.Id);
        else
            Log.Unpin(pin.Id);
    }

    /// <summary>The structures as they are now.</summary>
    public StoreSnapshot Snapshot()
    {
        var view = Log.View();
        return new StoreSnapshot(view, _hits is null ? view : _hits.View(), Log.Counters, ++_version);
    }

    private static long ShareOf(RawProfile profile) =>
        profile.Values.TryGetValue(CommonSettings.Memory.Key, out var raw)
        && CommonSettings.Memory.TryParse(raw, out var value, out _)
            ? (long)value
            : 0;
}
