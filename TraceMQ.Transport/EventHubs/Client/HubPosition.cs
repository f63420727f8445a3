using System.Globalization;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Where a subscription stood in each partition, and what it had still to read.</summary>
/// <param name="Partitions">The partitions.</param>
/// <param name="IsMarked">True where the mark behind the history was given already.</param>
internal sealed record HubPosition(IReadOnlyList<PartitionPlan> Partitions, bool IsMarked) : ResumePoint
{
    private const int Told = 4;

    public override string Text
    {
        get
        {
            var told = Partitions
                .Take(Told)
                .Select(plan =>
                    plan.Last is { } last
                        ? string.Create(CultureInfo.InvariantCulture, $"sequence {last} of partition {plan.Partition}")
                        : $"the beginning in partition {plan.Partition}"
                );
            var more = Partitions.Count - Told;
            return string.Join(", ", more > 0 ? told.Append($"{more} more") : told);
        }
    }
}
