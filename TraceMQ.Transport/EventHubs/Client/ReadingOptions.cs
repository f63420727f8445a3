namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>How partitions are read.</summary>
internal sealed record ReadingOptions
{
    private const int MostUnderWay = 8_000;
    private const int MostCredit = 2_000;
    private const int LeastCredit = 50;

    /// <summary>The hub.</summary>
    public required HubWay Way { get; init; }

    /// <summary>The consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Our name among its readers.</summary>
    public required string ReaderName { get; init; }

    /// <summary>The owner level; null: none.</summary>
    public long? OwnerLevel { get; init; }

    /// <summary>Only events with this partition key; null: all.</summary>
    public string? Key { get; init; }

    /// <summary>How many events of a partition may be under way.</summary>
    public int Credit { get; init; } = LeastCredit;

    /// <summary>The node that is read.</summary>
    public string AddressOf(string partition) => $"{Way.Hub}/ConsumerGroups/{ConsumerGroup}/Partitions/{partition}";

    /// <summary>What a partition gets of the credit where so many are read.</summary>
    public static int CreditFor(int partitions) =>
        Math.Clamp(MostUnderWay / Math.Max(1, partitions), LeastCredit, MostCredit);
}

/// <summary>Hears how far the readers of a subscription have come.</summary>
internal interface IReadingProgress
{
    /// <summary>A partition's history, or all that was asked for, has come; what belongs to it is in the inbox.</summary>
    ValueTask OnProgressAsync(bool hasHistory, bool isOver, CancellationToken cancellationToken);

    /// <summary>A partition cannot be read any more.</summary>
    void Fail(TransportException failure);
}
