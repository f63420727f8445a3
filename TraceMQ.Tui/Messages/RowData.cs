using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>What a row of the list needs of a message. Reused from row to row, so that painting allocates nothing.</summary>
internal sealed class RowData
{
    private byte[] _preview = [];
    private int _previewLength;

    /// <summary>The message's id.</summary>
    public long Id { get; private set; }

    /// <summary>The connection that it came from.</summary>
    public int Source { get; private set; }

    /// <summary>When it was received or sent, in UTC.</summary>
    public DateTimeOffset Time { get; private set; }

    /// <summary>Which way it went.</summary>
    public Direction Direction { get; private set; }

    /// <summary>Its topic; untrusted.</summary>
    public string Topic { get; private set; } = "";

    /// <summary>Bytes that the payload had when it came.</summary>
    public long Size { get; private set; }

    /// <summary>True where it was stored before we subscribed.</summary>
    public bool IsReplayed { get; private set; }

    /// <summary>The topic stands without the connection's prefix.</summary>
    public bool IsPrefixed { get; private set; }

    /// <summary>The source's own time, in UTC; null where there is none.</summary>
    public DateTimeOffset? SourceTime { get; private set; }

    /// <summary>What it says about the history before it, where it is no message.</summary>
    public HistoryMark Mark { get; private set; }

    /// <summary>What leads its row before the payload, as its protocol wants it; untrusted, and mostly empty.</summary>
    public string Lead { get; private set; } = "";

    /// <summary>True where not all of it is stored.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The payload's first bytes, as many as were asked for; untrusted.</summary>
    public ReadOnlySpan<byte> Preview => _preview.AsSpan(0, _previewLength);

    internal void Set(
        long id,
        in MessageRecord record,
        string topic,
        (long Size, DateTimeOffset? SourceTime, string Lead) meta,
        ReadOnlySpan<byte> preview
    )
    {
        Id = id;
        Source = record.Source;
        Time = record.Time;
        Direction = record.Has(RecordFlags.Out) ? Direction.Out : Direction.In;
        Topic = topic;
        Size = meta.Size;
        SourceTime = meta.SourceTime;
        Lead = meta.Lead;
        Mark = record.Mark;
        IsReplayed = record.Has(RecordFlags.Replayed);
        IsPrefixed = record.Has(RecordFlags.Prefixed);
        IsCut = record.Has(RecordFlags.Cut);
        SetPreview(preview);
    }

    internal void Set(StoredMessage stored, int previewBytes)
    {
        var message = stored.Message;
        Id = stored.Id;
        Source = stored.Source;
        Time = message.Time;
        Direction = message.Direction;
        Topic = message.Topic;
        Size = stored.OriginalSize;
        SourceTime = message.SourceTime;
        Lead = message.Details.Lead;
        Mark = message.Mark;
        IsReplayed = message.IsReplayed;
        IsPrefixed = message.IsPrefixed;
        IsCut = stored.IsCut;
        SetPreview(message.Payload.Span[..Math.Min(previewBytes, message.Payload.Length)]);
    }

    private void SetPreview(ReadOnlySpan<byte> preview)
    {
        if (_preview.Length < preview.Length)
            _preview = new byte[Math.Max(preview.Length, 256)];
        preview.CopyTo(_preview);
        _previewLength = preview.Length;
    }
}
