using System.Diagnostics.CodeAnalysis;
using System.Text;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// What a log kept at one moment: safe on any thread, for as long as it is held. Ids, rows and counts never change; a message that left
/// since answers that it is gone.
/// </summary>
internal sealed class LogView : IMessageRows
{
    private readonly MergedIds<LaneView> _rows;
    private readonly string[] _topics;
    private readonly SourceInfo[] _sources;
    private readonly Dictionary<long, StoredMessage> _pinned;

    internal LogView(
        long version,
        long newest,
        LaneView[] lanes,
        string[] topics,
        SourceInfo[] sources,
        Dictionary<long, StoredMessage> pinned
    )
    {
        Version = version;
        Newest = newest;
        Lanes = lanes;
        _rows = new MergedIds<LaneView>(lanes);
        _topics = topics;
        _sources = sources;
        _pinned = pinned;
    }

    /// <summary>The log's version when it was taken.</summary>
    public long Version { get; }

    /// <summary>The id of the last message that was appended; 0 where there was none.</summary>
    public long Newest { get; }

    /// <summary>The connections, by their index.</summary>
    public IReadOnlyList<SourceInfo> Sources => _sources;

    /// <summary>Ids of the pinned messages.</summary>
    public IReadOnlyCollection<long> Pinned => _pinned.Keys;

    /// <inheritdoc/>
    public long Count => _rows.Count;

    internal LaneView[] Lanes { get; }

    /// <summary>Messages of each connection that newer ones had pushed out.</summary>
    internal required long[] Evicted { get; init; }

    internal int TopicCount => _topics.Length;

    /// <inheritdoc/>
    public long IdAt(long row) => _rows.IdAt(row);

    /// <inheritdoc/>
    public long RowOf(long id) => _rows.RowOf(id);

    /// <summary>True where the message is pinned.</summary>
    public bool IsPinned(long id) => _pinned.ContainsKey(id);

    /// <summary>Copies a whole message, be it kept or pinned.</summary>
    /// <returns>False where it is gone.</returns>
    public bool TryRead(long id, [NotNullWhen(true)] out StoredMessage? message)
    {
        if (_pinned.TryGetValue(id, out message))
            return true;
        if (!TryFind(id, out var chunk, out var index) || !chunk.Slab.TryPin())
            return false;
        try
        {
            message = Copy(id, chunk, chunk[index]);
            return true;
        }
        finally
        {
            chunk.Slab.Unpin();
        }
    }

    /// <summary>Copies what a row of the list shows, with up to <paramref name="previewBytes"/> of the payload.</summary>
    /// <returns>False where the message is gone.</returns>
    public bool TryReadRow(long id, int previewBytes, RowData row)
    {
        if (!TryFind(id, out var chunk, out var index) || !chunk.Slab.TryPin())
        {
            if (!_pinned.TryGetValue(id, out var pinned))
                return false;
            row.Set(pinned, previewBytes);
            return true;
        }

        try
        {
            ref readonly var record = ref chunk[index];
            var payload = chunk.Payload(record);
            var meta = new MetaReader(chunk.Meta(record), record);
            row.Set(
                id,
                record,
                TopicOf(chunk, record),
                (meta.OriginalSize, meta.SourceTime, LeadOf(meta, _sources[record.Source])),
                payload[..Math.Min(previewBytes, payload.Length)]
            );
            return true;
        }
        finally
        {
            chunk.Slab.Unpin();
        }
    }

    /// <summary>The topic of a record. The caller holds a pin of the chunk's slab.</summary>
    internal string TopicOf(Chunk chunk, in MessageRecord record) =>
        record.Topic == MessageRecord.InlineTopic
            ? Encoding.UTF8.GetString(new MetaReader(chunk.Meta(record), record).InlineTopic)
            : _topics[record.Topic];

    internal string TopicName(int number) => _topics[number];

    internal bool TryFind(long id, [NotNullWhen(true)] out Chunk? chunk, out int index)
    {
        foreach (var lane in Lanes)
        {
            if (lane.TryFind(id, out var place, out index))
            {
                chunk = lane.Chunks[place];
                return true;
            }
        }

        chunk = null;
        index = 0;
        return false;
    }

    // Only few protocols have one: the rows of the others cost no decoding.
    private static string LeadOf(MetaReader meta, SourceInfo source) => source.HasLead ? meta.Details(source).Lead : "";

    private StoredMessage Copy(long id, Chunk chunk, in MessageRecord record)
    {
        var meta = new MetaReader(chunk.Meta(record), record);
        var topic = TopicOf(chunk, record);
        var details = meta.Details(_sources[record.Source]);
        var message = new Message
        {
            Time = record.Time,
            Direction = record.Has(RecordFlags.Out) ? Direction.Out : Direction.In,
            Topic = topic,
            Payload = chunk.Payload(record).ToArray(),
            Headers = meta.Headers(),
            Details = details,
            Exchange = meta.Exchange,
            IsReplayed = record.Has(RecordFlags.Replayed),
            IsPrefixed = record.Has(RecordFlags.Prefixed),
            Mark = record.Mark,
        };
        return new StoredMessage(id, record.Source, message, meta.OriginalSize, record.Has(RecordFlags.Cut));
    }
}
