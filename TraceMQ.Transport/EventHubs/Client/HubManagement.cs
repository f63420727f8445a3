using System.Globalization;
using Amqp.Framing;
using Amqp.Types;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What a hub says about itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">Since when it exists; null where it does not say.</param>
/// <param name="Partitions">The ids of its partitions, in their order.</param>
internal sealed record HubInfo(string Name, DateTimeOffset? CreatedAt, IReadOnlyList<string> Partitions);

/// <summary>What a hub says about a partition.</summary>
/// <param name="Id">Its id.</param>
/// <param name="BeginSequence">The number of the oldest event, or of the next where it is empty.</param>
/// <param name="LastSequence">The number of the newest event ever; -1 where there was none.</param>
/// <param name="LastOffset">Its offset.</param>
/// <param name="LastTime">When it was taken in.</param>
/// <param name="IsEmpty">True where nothing is stored.</param>
internal sealed record PartitionInfo(
    string Id,
    long BeginSequence,
    long LastSequence,
    string LastOffset,
    DateTimeOffset LastTime,
    bool IsEmpty
)
{
    /// <summary>How many events are stored.</summary>
    public long Count => IsEmpty ? 0 : Math.Max(0, LastSequence - BeginSequence + 1);
}

/// <summary>Asks the hub about itself and its partitions (operation READ at <c>$management</c>).</summary>
internal sealed class HubManagement
{
    private const int MostPartitions = 4_096;
    private const int LongestId = 64;

    private readonly NodeRequests _node;
    private readonly HubWay _way;

    public HubManagement(NodeRequests node, HubWay way)
    {
        _node = node;
        _way = way;
    }

    /// <summary>The hub.</summary>
    /// <exception cref="TransportException">It did not say, or there is none.</exception>
    public async Task<HubInfo> HubAsync(CancellationToken cancellationToken)
    {
        var map = await ReadAsync(HubVocabulary.HubType, partition: null, cancellationToken).ConfigureAwait(false);
        if (
            map["partition_ids"] is not string[] { Length: > 0 and <= MostPartitions } ids
            || ids.Any(id => string.IsNullOrEmpty(id) || id.Length > LongestId)
        )
            throw Nonsense("about the hub");
        return new HubInfo(
            map["name"] as string ?? _way.Hub,
            map["created_at"] is DateTime created ? Utc(created) : null,
            ids
        );
    }

    /// <summary>A partition.</summary>
    /// <exception cref="TransportException">It did not say, or there is none.</exception>
    public async Task<PartitionInfo> PartitionAsync(string id, CancellationToken cancellationToken)
    {
        var map = await ReadAsync(HubVocabulary.PartitionType, id, cancellationToken).ConfigureAwait(false);
        if (
            Number(map["begin_sequence_number"]) is not { } begin
            || Number(map["last_enqueued_sequence_number"]) is not { } last
        )
            throw Nonsense($"about partition {id}");
        return new PartitionInfo(
            id,
            begin,
            last,
            Convert.ToString(map["last_enqueued_offset"], CultureInfo.InvariantCulture) ?? "",
            map["last_enqueued_time_utc"] is DateTime time ? Utc(time) : DateTimeOffset.UnixEpoch,
            map["is_partition_empty"] is bool isEmpty ? isEmpty : last < begin
        );
    }

    private async Task<Map> ReadAsync(string type, string? partition, CancellationToken cancellationToken)
    {
        var properties = new ApplicationProperties
        {
            ["operation"] = HubVocabulary.Read,
            ["name"] = _way.Hub,
            ["type"] = type,
        };
        if (partition is not null)
            properties["partition"] = partition;
        var reply = await _node.AskAsync("", properties, cancellationToken).ConfigureAwait(false);
        if (!reply.IsGood)
            throw HubFailures.OfReply(_way, reply, partition is null ? "tell about the hub" : "tell about a partition");
        return reply.Body as Map ?? throw Nonsense("about itself");
    }

    private TransportException Nonsense(string about) =>
        new(
            FailureKind.NotThisProtocol,
            $"What {_way.Endpoint.Address} tells {about} is not what Event Hubs tells: check that it is one."
        );

    private static long? Number(object? value) =>
        value switch
        {
            long number => number,
            int number => number,
            uint number => number,
            ulong number when number <= long.MaxValue => (long)number,
            _ => null,
        };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
