using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// Searches the chunks of one view. What a topic decides is found out once for each topic; the rarest work, looking into a payload, is done
/// for a whole chunk at once where a text in ASCII is wanted. For one thread.
/// </summary>
internal sealed class ScopeScan
{
    private const ulong Known = 1UL << 63;
    private const ulong Impossible = 1UL << 62;
    private readonly LogView _view;
    private readonly MessageScope _scope;
    private readonly TopicSyntax?[] _syntaxes;
    private readonly ulong[]?[] _verdicts;
    private readonly int _driver;

    public ScopeScan(LogView view, MessageScope scope, Func<string, TopicSyntax?> syntaxOf)
    {
        _view = view;
        _scope = scope;
        _syntaxes = [.. view.Sources.Select(source => syntaxOf(source.Protocol))];
        _verdicts = new ulong[view.Sources.Count][];
        _driver = Array.FindIndex(scope.Filter.Terms, term => !term.IsExcluded && term.Needle is { IsAscii: true });
    }

    /// <summary>Adds the ids of a chunk's hits in ascending order.</summary>
    /// <returns>False where the chunk's bytes are gone.</returns>
    public bool TryScan(Chunk chunk, int count, List<long> hits, CancellationToken cancellationToken)
    {
        if (!chunk.Slab.TryPin())
            return false;
        try
        {
            Scan(chunk, count, hits, cancellationToken);
            return true;
        }
        finally
        {
            chunk.Slab.Unpin();
        }
    }

    /// <summary>True where a record is a hit. The caller holds a pin of the chunk's slab.</summary>
    public bool IsHit(Chunk chunk, in MessageRecord record)
    {
        var verdict = Verdict(chunk, record);
        return (verdict & Impossible) == 0 && _scope.Filter.MatchesPayload((uint)verdict, chunk.Payload(record));
    }

    private void Scan(Chunk chunk, int count, List<long> hits, CancellationToken cancellationToken)
    {
        var filter = _scope.Filter;
        var needle = _driver < 0 ? null : filter.Terms[_driver].Needle;
        var bytes = chunk.Slab.Bytes.AsSpan(0, End(chunk, count));
        var next = -1;
        for (var i = 0; i < count; i++)
        {
            if ((i & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ref readonly var record = ref chunk[i];
            if (record.Has(RecordFlags.Mark))
                continue;
            var verdict = Verdict(chunk, record);
            if ((verdict & Impossible) != 0)
                continue;
            if (needle is not null && (verdict & (1UL << _driver)) == 0 && !record.Has(RecordFlags.Big))
            {
                if (next < record.Offset)
                    next = Find(needle, bytes, record.Offset);
                if (next > record.Offset + record.PayloadLength - needle.Length)
                    continue;
            }

            if (filter.IsEmpty || filter.MatchesPayload((uint)verdict, chunk.Payload(record)))
                hits.Add(chunk.IdAt(i));
        }
    }

    private static int Find(TextNeedle needle, ReadOnlySpan<byte> bytes, int from)
    {
        var found = needle.IndexIn(bytes[from..]);
        return found < 0 ? int.MaxValue : from + found;
    }

    // The writer may be adding behind what the view knows: its bytes are not looked at.
    private static int End(Chunk chunk, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (!chunk[i].Has(RecordFlags.Big))
                return chunk[i].Offset + chunk[i].RunLength;
        }

        return 0;
    }

    private ulong Verdict(Chunk chunk, in MessageRecord record)
    {
        if (record.Topic == MessageRecord.InlineTopic)
            return Decide(record.Source, _view.TopicOf(chunk, record));
        var ofSource = _verdicts[record.Source] ??= new ulong[_view.TopicCount];
        ref var verdict = ref ofSource[record.Topic];
        if (verdict == 0)
            verdict = Decide(record.Source, _view.TopicName(record.Topic));
        return verdict;
    }

    private ulong Decide(int source, string topic)
    {
        if (!_scope.IncludesTopic(source, topic))
            return Known | Impossible;
        var bits = _scope.Filter.OfTopic(_syntaxes[source], topic);
        return Known | bits | (_scope.Filter.IsPossible(bits) ? 0 : Impossible);
    }
}
