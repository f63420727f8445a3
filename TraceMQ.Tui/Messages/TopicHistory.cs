namespace TraceMQ.Tui.Messages;

/// <summary>The kept messages of one topic, found by walking the log. Not for the screen's thread.</summary>
internal static class TopicHistory
{
    /// <summary>The next newer or older message of the same connection and topic; null where there is none.</summary>
    public static long? Neighbour(LogView log, long from, bool isForward, CancellationToken cancellationToken) =>
        Walk(log, from, isForward, cancellationToken).Select(id => (long?)id).FirstOrDefault();

    /// <summary>Messages of the same connection and topic, the newest first, the given one among them.</summary>
    /// <param name="log">The log.</param>
    /// <param name="id">A message of the topic.</param>
    /// <param name="maximum">Most messages; half of them newer where there are as many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static IReadOnlyList<long> Around(LogView log, long id, int maximum, CancellationToken cancellationToken)
    {
        var newer = Walk(log, id, isForward: true, cancellationToken).Take(maximum / 2).ToList();
        var older = Walk(log, id, isForward: false, cancellationToken).Take(maximum - newer.Count - 1);
        newer.Reverse();
        return [.. newer, id, .. older];
    }

    private static IEnumerable<long> Walk(LogView log, long from, bool isForward, CancellationToken cancellationToken)
    {
        var row = new RowData();
        if (!log.TryReadRow(from, 0, row))
            yield break;
        var (source, topic) = (row.Source, row.Topic);
        var start = log.RowOf(from);
        var at = start >= 0 ? start + (isForward ? 1 : -1) : ~start - (isForward ? 0 : 1);
        for (; at >= 0 && at < log.Count; at += isForward ? 1 : -1)
        {
            if ((at & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var id = log.IdAt(at);
            if (log.TryReadRow(id, 0, row) && row.Source == source && row.Topic == topic)
                yield return id;
        }
    }
}
