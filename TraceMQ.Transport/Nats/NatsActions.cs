using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Transport.Nats;

/// <summary>What can be done with streams and consumers, and what it would do.</summary>
internal sealed class NatsActions(NatsJSContext js, NatsPrefix prefix)
{
    /// <summary>JetStream refused.</summary>
    public static TransportException Failed(NatsJSApiException exception) =>
        new(FailureKind.RefusedByPeer, $"JetStream refused: {exception.Error.Description}.", exception);

    public async Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken)
    {
        try
        {
            return (node.Keys, call.Action.Name) switch
            {
                ([_, var stream], NatsNodes.PurgeName) => await PlanPurgeAsync(node, call, stream, cancellationToken)
                    .ConfigureAwait(false),
                ([_, var stream], _) => await PlanDeleteAsync(node, call, stream, cancellationToken)
                    .ConfigureAwait(false),
                ([_, var stream, var consumer], _) => await PlanForgetAsync(
                        node,
                        call,
                        stream,
                        consumer,
                        cancellationToken
                    )
                    .ConfigureAwait(false),
                _ => throw new TransportException(FailureKind.Configuration, "Nothing can be done with this."),
            };
        }
        catch (NatsJSApiException exception)
        {
            throw Failed(exception);
        }
    }

    public async Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken)
    {
        var keys = plan.Node.Keys;
        try
        {
            if (plan.Call.Action.Name == NatsNodes.PurgeName)
            {
                var filter = plan.Call.Values.Get(NatsNodes.PurgeFilter);
                var purged = await js.PurgeStreamAsync(
                        keys[1],
                        new StreamPurgeRequest { Filter = filter.Length == 0 ? null : prefix.Subject(filter) },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return new ActionResult(purged.Success, $"{purged.Purged:N0} messages of {keys[1]} are gone");
            }

            var isDone =
                keys.Length == 2
                    ? await js.DeleteStreamAsync(keys[1], cancellationToken).ConfigureAwait(false)
                    : await js.DeleteConsumerAsync(keys[1], keys[2], cancellationToken).ConfigureAwait(false);
            return new ActionResult(isDone, isDone ? $"{keys[^1]} is deleted" : $"{keys[^1]} was not deleted");
        }
        catch (NatsJSApiException exception)
        {
            return new ActionResult(IsDone: false, $"{keys[^1]}: {exception.Error.Description}");
        }
    }

    private async Task<ActionPlan> PlanPurgeAsync(
        NodePath node,
        ActionCall call,
        string name,
        CancellationToken cancellationToken
    )
    {
        var filter = call.Values.Get(NatsNodes.PurgeFilter);
        var stream = await js.GetStreamAsync(
                name,
                new StreamInfoRequest { SubjectsFilter = filter.Length == 0 ? ">" : prefix.Subject(filter) },
                cancellationToken
            )
            .ConfigureAwait(false);
        var subjects = stream.Info.State.Subjects ?? new Dictionary<string, long>();
        return new ActionPlan(
            node,
            call,
            $"purges {subjects.Values.Sum():N0} messages of stream {name}",
            [
                .. subjects
                    .OrderBy(item => item.Key, StringComparer.Ordinal)
                    .Select(item => $"{item.Key}: {item.Value:N0}"),
            ]
        );
    }

    private async Task<ActionPlan> PlanForgetAsync(
        NodePath node,
        ActionCall call,
        string stream,
        string name,
        CancellationToken cancellationToken
    )
    {
        var consumer = await js.GetConsumerAsync(stream, name, cancellationToken).ConfigureAwait(false);
        return new ActionPlan(
            node,
            call,
            $"deletes consumer {name} of stream {stream}, and with it where it stands",
            [
                $"delivered up to sequence {consumer.Info.Delivered.StreamSeq:N0}",
                $"{consumer.Info.NumAckPending:N0} messages delivered and not acknowledged yet",
                $"{consumer.Info.NumPending:N0} messages still to be delivered",
            ]
        );
    }

    private async Task<ActionPlan> PlanDeleteAsync(
        NodePath node,
        ActionCall call,
        string name,
        CancellationToken cancellationToken
    )
    {
        var stream = await js.GetStreamAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new ActionPlan(
            node,
            call,
            $"deletes stream {name} with its {stream.Info.State.Messages:N0} messages and {stream.Info.State.ConsumerCount} consumers",
            [$"what is sent to {string.Join(", ", stream.Info.Config.Subjects ?? [])} is stored no more"]
        );
    }
}
