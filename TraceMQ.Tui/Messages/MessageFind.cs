namespace TraceMQ.Tui.Messages;

/// <summary>Finds the next row that holds a text in its topic or payload.</summary>
internal static class MessageFind
{
    /// <summary>The id of the nearest row with the text; null where there is none. Takes long over many rows: not for the screen's thread.</summary>
    /// <param name="log">Where the messages are.</param>
    /// <param name="rows">The rows that are shown: the log's own, or a filter's.</param>
    /// <param name="text">Looked for without regard to case.</param>
    /// <param name="from">The id to start from; itself not found again. 0 starts before all.</param>
    /// <param name="isForward">To newer rows, else to older ones.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static long? Nearest(
        LogView log,
        IMessageRows rows,
        string text,
        long from,
        bool isForward,
        CancellationToken cancellationToken
    )
    {
        if (text.Length == 0)
            return null;
        var scan = new ScopeScan(log, TextScope(text), static _ => null);
        var start = rows.RowOf(from);
        var row = start >= 0 ? start + (isForward ? 1 : -1) : ~start - (isForward ? 0 : 1);
        for (; row >= 0 && row < rows.Count; row += isForward ? 1 : -1)
        {
            if ((row & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var id = rows.IdAt(row);
            if (IsHit(log, scan, id))
                return id;
        }

        return null;
    }

    private static MessageScope TextScope(string text) =>
        new() { Filter = new MessageFilter(text, [FilterTerm.Text(isExcluded: false, text)]) };

    private static bool IsHit(LogView log, ScopeScan scan, long id)
    {
        if (!log.TryFind(id, out var chunk, out var index) || !chunk.Slab.TryPin())
            return false;
        try
        {
            return scan.IsHit(chunk, chunk[index]);
        }
        finally
        {
            chunk.Slab.Unpin();
        }
    }
}
