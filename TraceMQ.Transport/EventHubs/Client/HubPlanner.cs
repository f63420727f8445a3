using System.Globalization;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Finds the places that a start and an end mean in each partition, now or where an earlier session stood.</summary>
internal sealed class HubPlanner
{
    private readonly HubManagement _management;
    private readonly SessionContext _context;

    public HubPlanner(HubManagement management, SessionContext context)
    {
        _management = management;
        _context = context;
    }

    /// <summary>The plan of a new reader.</summary>
    /// <exception cref="TransportException">The hub did not answer.</exception>
    public async Task<IReadOnlyList<PartitionPlan>> BeginAsync(
        IReadOnlyList<string> partitions,
        StartPoint start,
        StartPoint? until,
        CancellationToken cancellationToken
    )
    {
        var now = _context.Time.GetUtcNow();
        var stored = await AskAsync(partitions, cancellationToken).ConfigureAwait(false);
        return [.. stored.Select(info => Begin(info, start, until, now))];
    }

    /// <summary>The plan to go on behind what an earlier session has delivered. What is not stored any more is said.</summary>
    /// <exception cref="TransportException">The hub did not answer.</exception>
    public async Task<IReadOnlyList<PartitionPlan>> GoOnAsync(HubPosition position, CancellationToken cancellationToken)
    {
        var open = position.Partitions.Where(plan => !plan.IsOver).ToList();
        var stored = await AskAsync([.. open.Select(plan => plan.Partition)], cancellationToken).ConfigureAwait(false);
        var known = stored.ToDictionary(info => info.Id, StringComparer.Ordinal);
        return [.. position.Partitions.Select(plan => plan.IsOver ? plan : GoOn(plan, known[plan.Partition]))];
    }

    private async Task<PartitionInfo[]> AskAsync(
        IReadOnlyList<string> partitions,
        CancellationToken cancellationToken
    ) =>
        await Task.WhenAll(partitions.Select(id => _management.PartitionAsync(id, cancellationToken)))
            .ConfigureAwait(false);

    private PartitionPlan Begin(PartitionInfo info, StartPoint start, StartPoint? until, DateTimeOffset now)
    {
        var (selector, first) = From(info, start, now);
        var hasStored = !info.IsEmpty && !(first > info.LastSequence);
        var stop = until is null ? null : StopAt(info, until, now);
        return new PartitionPlan
        {
            Partition = info.Id,
            Selector = selector,
            Stored = info.LastSequence,
            HasHistory = !hasStored,
            Stop = stop,
            IsOver = stop is not null && IsOver(info, first, hasStored, stop),
        };
    }

    /// <summary>The selector, and the first sequence number that it lets through where that is known.</summary>
    private (string Selector, long? First) From(PartitionInfo info, StartPoint start, DateTimeOffset now)
    {
        var end = (Selector: PartitionPlan.After(info.LastSequence), First: (long?)(info.LastSequence + 1));
        if (info.IsEmpty)
            return end;
        switch (start.Kind)
        {
            case StartKind.Earliest:
                return (PartitionPlan.Earliest, info.BeginSequence);
            case StartKind.Last:
                var oldest = Math.Max(info.BeginSequence, info.LastSequence - start.Number + 1);
                return (PartitionPlan.From(oldest), oldest);
            case StartKind.Sequence:
                var sequence = Clamp(info, start.Number);
                return (PartitionPlan.From(sequence), sequence);
            case StartKind.Offset:
                if (Number(info.LastOffset) is not { } last || start.Number <= last)
                    return (PartitionPlan.FromOffset(start.Number), null);
                Warn(
                    info,
                    $"there is no offset {start.Number}: the newest event is at {last}; reading begins behind it"
                );
                return end;
            case StartKind.At or StartKind.Ago:
                var time = start.TimeAt(now)!.Value;
                return info.LastTime < time ? end : (PartitionPlan.FromTime(time), null);
            default:
                return end;
        }
    }

    private long Clamp(PartitionInfo info, long wanted)
    {
        var nearest = Math.Clamp(wanted, info.BeginSequence, info.LastSequence + 1);
        if (nearest != wanted)
            Warn(
                info,
                $"there is no sequence number {wanted}: {info.BeginSequence} to {info.LastSequence} are stored; reading begins at {nearest}"
            );
        return nearest;
    }

    private static EventStop StopAt(PartitionInfo info, StartPoint until, DateTimeOffset now) =>
        until.Kind switch
        {
            StartKind.Sequence => new EventStop(until.Number, null, null),
            StartKind.Offset => new EventStop(null, until.Number, null),
            // What is older than now is stored already, so that the newest that is stored ends it in any case.
            StartKind.At or StartKind.Ago => new EventStop(info.LastSequence, null, until.TimeAt(now)),
            _ => new EventStop(info.LastSequence, null, null),
        };

    private static bool IsOver(PartitionInfo info, long? first, bool hasStored, EventStop stop) =>
        first > stop.Sequence
        || (!hasStored && stop.Sequence <= info.LastSequence)
        || (!hasStored && stop.Offset <= Number(info.LastOffset));

    private PartitionPlan GoOn(PartitionPlan plan, PartitionInfo info)
    {
        if (plan.Last is not { } last)
            return plan;
        if (last > info.LastSequence)
        {
            Warn(
                info,
                $"sequence number {last} is not there any more: the partition ends at {info.LastSequence}, so the hub was made anew; reading goes on at its beginning"
            );
            return plan with
            {
                Last = null,
                Selector = PartitionPlan.Earliest,
                Stored = info.LastSequence,
                HasHistory = plan.HasHistory || info.IsEmpty,
            };
        }

        if (info.BeginSequence > last + 1)
            Warn(
                info,
                $"{info.BeginSequence - last - 1} events (sequence {last + 1} to {info.BeginSequence - 1}) expired before they could be read; reading goes on at sequence {info.BeginSequence}"
            );
        // What expired meanwhile does not come any more, and must not be waited for.
        var isBehind = info.IsEmpty || info.BeginSequence > plan.Stored;
        return plan with
        {
            HasHistory = plan.HasHistory || isBehind,
            IsOver = plan.Stop?.Sequence < info.BeginSequence && isBehind,
        };
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private void Warn(PartitionInfo info, string what) =>
        _context.Notices.TryWrite(new Notice(NoticeLevel.Warning, $"In partition {info.Id} {what}.", info.Id));
}
