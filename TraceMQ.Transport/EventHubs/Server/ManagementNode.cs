using System.Globalization;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>The node <c>$management</c>, which clients ask about the hub and its partitions.</summary>
internal sealed class ManagementNode
{
    private readonly LocalHub _hub;

    public ManagementNode(LocalHub hub) => _hub = hub;

    /// <summary>Answers a request, under the client's lock.</summary>
    public AmqpMessage Answer(HubClient client, AmqpMessage request)
    {
        var properties = request.ApplicationProperties?.Map;
        var name = properties?["name"] as string ?? "";
        if (properties?["operation"] as string != HubVocabulary.Read)
            return CbsNode.Reply(400, $"The operation must be {HubVocabulary.Read}.", HubVocabulary.ArgumentError);
        if (!client.Claims.Allows($"{name}/{HubVocabulary.ManagementNode}", client.Time.GetUtcNow()))
            return CbsNode.Reply(
                401,
                $"Unauthorized access. A valid token for '{name}' is needed.",
                HubVocabulary.UnauthorizedAccess
            );
        if (!name.Equals(_hub.Name, StringComparison.OrdinalIgnoreCase))
            return CbsNode.Reply(404, $"The messaging entity '{name}' could not be found.", HubVocabulary.NotFound);
        return (properties["type"] as string) switch
        {
            HubVocabulary.HubType => With(DescribeHub()),
            HubVocabulary.PartitionType => Partition(
                properties["partition"] as string
                    ?? Convert.ToString(properties["partition"], CultureInfo.InvariantCulture)
                    ?? ""
            ),
            _ => CbsNode.Reply(400, "The type of the entity is not known.", HubVocabulary.ArgumentError),
        };
    }

    private static AmqpMessage With(Map body)
    {
        var reply = CbsNode.Reply(200, "OK", condition: null);
        reply.BodySection = new AmqpValue { Value = body };
        return reply;
    }

    private Map DescribeHub() =>
        new()
        {
            ["name"] = _hub.Name,
            ["type"] = HubVocabulary.HubType,
            ["created_at"] = _hub.CreatedAt.UtcDateTime,
            ["partition_count"] = _hub.Partitions.Count,
            ["partition_ids"] = _hub.Partitions.Select(partition => partition.Id).ToArray(),
            ["georeplication_factor"] = 1,
        };

    private AmqpMessage Partition(string id)
    {
        if (_hub.FindPartition(id) is not { } partition)
            return CbsNode.Reply(400, $"The client {_hub.NoPartition(id)}.", HubVocabulary.ArgumentOutOfRange);
        var state = partition.State;
        return With(
            new Map
            {
                ["name"] = _hub.Name,
                ["type"] = HubVocabulary.PartitionType,
                ["partition"] = partition.Id,
                ["begin_sequence_number"] = state.BeginSequence,
                ["last_enqueued_sequence_number"] = state.LastSequence,
                ["last_enqueued_offset"] = state.LastOffset.ToString(CultureInfo.InvariantCulture),
                ["last_enqueued_time_utc"] = state.LastTime.UtcDateTime,
                ["is_partition_empty"] = state.Count == 0,
            }
        );
    }
}
