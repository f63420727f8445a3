using System.Globalization;

namespace TraceMQ.Transport.Kafka;

/// <summary>Where the reader of a topic stood in each partition, and what it had still to read.</summary>
/// <param name="Partitions">The partitions with the offsets that come next.</param>
/// <param name="IsMarked">True where the mark behind the history was given already.</param>
internal sealed record KafkaPosition(IReadOnlyList<PartitionPlan> Partitions, bool IsMarked) : ResumePoint
{
    private const int Told = 4;

    public override string Text
    {
        get
        {
            var told = Partitions
                .Take(Told)
                .Select(item =>
                    string.Create(CultureInfo.InvariantCulture, $"offset {item.Next} of partition {item.Partition}")
                );
            var more = Partitions.Count - Told;
            return string.Join(", ", more > 0 ? told.Append($"{more} more") : told);
        }
    }
}
