namespace TraceMQ.Tui.Messages;

/// <summary>The rows of a scope at one moment.</summary>
internal sealed class HitView : IMessageRows
{
    private readonly MergedIds<IdRunView> _rows;

    internal HitView(IdRunView[] runs) => _rows = new MergedIds<IdRunView>(runs);

    /// <summary>False while the kept messages are still being searched.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Kept messages that were searched so far.</summary>
    public required long Searched { get; init; }

    /// <summary>Messages that had been received but were no longer there to search.</summary>
    public required long Missing { get; init; }

    /// <inheritdoc/>
    public long Count => _rows.Count;

    /// <inheritdoc/>
    public long IdAt(long row) => _rows.IdAt(row);

    /// <inheritdoc/>
    public long RowOf(long id) => _rows.RowOf(id);
}
