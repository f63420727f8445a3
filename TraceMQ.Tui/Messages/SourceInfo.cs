using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>A connection as the log knows it.</summary>
internal sealed class SourceInfo
{
    private DetailField[] _fields;

    internal SourceInfo(int id, string name, string protocol, IReadOnlyList<DetailField> details, int lane)
    {
        Id = id;
        Name = name;
        Protocol = protocol;
        Lane = lane;
        _fields = [.. details];
        HasLead = details.Any(field => field.IsLead);
    }

    /// <summary>Its index in the log.</summary>
    public int Id { get; }

    /// <summary>The profile's name.</summary>
    public string Name { get; }

    /// <summary>The protocol's name.</summary>
    public string Protocol { get; }

    /// <summary>Which lane keeps its messages: 0 is the one that connections without a share of their own use together.</summary>
    public int Lane { get; }

    /// <summary>True where a detail of its messages leads their rows.</summary>
    public bool HasLead { get; }

    internal long Received { get; set; }

    internal long Own { get; set; }

    internal long Kept { get; set; }

    internal long Cleared { get; set; }

    internal long Dropped { get; set; }

    internal long Cut { get; set; }

    internal long Bytes { get; set; }

    internal long NewestTicks { get; set; }

    internal DetailField Field(int number) => _fields[number];

    // The array is replaced, never changed: a reader that got a number before finds its field in any later array.
    internal int NumberOf(DetailField field)
    {
        var fields = _fields;
        for (var i = 0; i < fields.Length; i++)
        {
            if (ReferenceEquals(fields[i], field))
                return i;
        }

        _fields = [.. fields, field];
        return fields.Length;
    }
}
