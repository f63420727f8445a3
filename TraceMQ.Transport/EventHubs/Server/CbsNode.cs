using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>The node <c>$cbs</c>, to which clients put their tokens (AMQP claims-based security 1.0).</summary>
internal sealed class CbsNode
{
    private readonly HubGate _gate;

    public CbsNode(HubGate gate) => _gate = gate;

    /// <summary>Answers a request, under the client's lock.</summary>
    public AmqpMessage Answer(HubClient client, AmqpMessage request)
    {
        var properties = request.ApplicationProperties?.Map;
        if (properties?["operation"] as string != HubVocabulary.PutToken)
            return Reply(400, $"The operation must be {HubVocabulary.PutToken}.", HubVocabulary.ArgumentError);
        var problem = _gate.Take(
            client.Claims,
            properties["type"] as string,
            request.Body as string,
            properties["name"] as string,
            client.Time.GetUtcNow()
        );
        if (problem is null)
            return Reply(202, "Accepted", condition: null);
        client.Refused(HubVocabulary.CbsNode, new Error(HubVocabulary.UnauthorizedAccess) { Description = problem });
        return Reply(401, problem, HubVocabulary.UnauthorizedAccess);
    }

    /// <summary>An answer as both nodes give it.</summary>
    /// <param name="status">The status of HTTP that says it.</param>
    /// <param name="description">It in words.</param>
    /// <param name="condition">The error; null where all is well.</param>
    internal static AmqpMessage Reply(int status, string description, string? condition)
    {
        var reply = new AmqpMessage
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["status-code"] = status,
                ["status-description"] = description,
            },
            BodySection = new AmqpValue { Value = "" },
        };
        if (condition is not null)
            reply.ApplicationProperties["error-condition"] = new Symbol(condition);
        return reply;
    }
}
