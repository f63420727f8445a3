using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Transport.Nats;

/// <summary>JetStream as nodes: streams with their consumers, key-value buckets with their keys. The lists go on living until they are left.</summary>
internal sealed class NatsBrowser(NatsLink link, NatsPrefix prefix, TimeProvider time) : IBrowsable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_removal = TimeSpan.FromSeconds(2);

    private readonly NatsJSContext _js = new(link.Connection);

    public async IAsyncEnumerable<Node> ListAsync(
        NodePath? parent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var keys = parent?.Keys ?? [];
        var nodes = keys switch
        {
            [] => Roots(),
            [NatsNodes.StreamsKey] => LiveAsync(token => StreamsAsync(isBucket: false, token), cancellationToken),
            [NatsNodes.BucketsKey] => LiveAsync(token => StreamsAsync(isBucket: true, token), cancellationToken),
            [NatsNodes.StreamsKey, var stream] => LiveAsync(token => ConsumersAsync(stream, token), cancellationToken),
            [NatsNodes.BucketsKey, var bucket] => ValuesAsync(bucket, cancellationToken),
            _ => AsyncEnumerable.Empty<Node>(),
        };
        var listed = nodes.GetAsyncEnumerator(cancellationToken);
        await using var closing = listed.ConfigureAwait(false);
        while (await MoveAsync(listed).ConfigureAwait(false))
            yield return listed.Current;
    }

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
                var purged = await _js.PurgeStreamAsync(
                        keys[1],
                        new StreamPurgeRequest { Filter = filter.Length == 0 ? null : prefix.Subject(filter) },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return new ActionResult(purged.Success, $"{purged.Purged:N0} messages of {keys[1]} are gone");
            }

            var isDone =
                keys.Length == 2
                    ? await _js.DeleteStreamAsync(keys[1], cancellationToken).ConfigureAwait(false)
                    : await _js.DeleteConsumerAsync(keys[1], keys[2], cancellationToken).ConfigureAwait(false);
            return new ActionResult(isDone, isDone ? $"{keys[^1]} is deleted" : $"{keys[^1]} was not deleted");
        }
        catch (NatsJSApiException exception)
        {
            return new ActionResult(IsDone: false, $"{keys[^1]}: {exception.Error.Description}");
        }
    }

    private static async IAsyncEnumerable<Node> Roots()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return NatsNodes.Streams;
        yield return NatsNodes.Buckets;
        yield return NatsNodes.Advisories;
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<Node> nodes)
    {
        try
        {
            return await nodes.MoveNextAsync().ConfigureAwait(false);
        }
        catch (NatsJSApiException exception)
        {
            throw Failed(exception);
        }
        catch (Exception exception) when (exception is NatsException and not NatsJSApiException)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"JetStream did not answer: {exception.Message}; check that it is switched on for this account.",
                exception
            );
        }
    }

    private static TransportException Failed(NatsJSApiException exception) =>
        new(FailureKind.RefusedByPeer, $"JetStream refused: {exception.Error.Description}.", exception);

    private async IAsyncEnumerable<Node> StreamsAsync(
        bool isBucket,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var stream in _js.ListStreamsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (NatsNodes.IsBucket(stream.Info) == isBucket)
                yield return isBucket ? NatsNodes.OfBucket(stream.Info) : NatsNodes.OfStream(stream.Info);
        }
    }

    private async IAsyncEnumerable<Node> ConsumersAsync(
        string stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var consumer in _js.ListConsumersAsync(stream, cancellationToken).ConfigureAwait(false))
            yield return NatsNodes.OfConsumer(consumer.Info);
    }

    /// <summary>Lists again and again, and tells what is gone.</summary>
    private async IAsyncEnumerable<Node> LiveAsync(
        Func<CancellationToken, IAsyncEnumerable<Node>> list,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var before = new Dictionary<NodePath, Node>();
        while (true)
        {
            var now = new Dictionary<NodePath, Node>();
            await foreach (var node in list(cancellationToken).ConfigureAwait(false))
            {
                now[node.Path] = node;
                yield return node;
            }

            foreach (var gone in before.Values.Where(node => !now.ContainsKey(node.Path)))
                yield return gone with
                {
                    IsGone = true,
                };
            before = now;
            await Task.Delay(s_interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The last revision of each key, and then each one that is written.</summary>
    private async IAsyncEnumerable<Node> ValuesAsync(
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var stream = await _js.GetStreamAsync(name, new StreamInfoRequest { SubjectsFilter = ">" }, cancellationToken)
            .ConfigureAwait(false);
        var kept = new Dictionary<string, long>(stream.Info.State.Subjects ?? new Dictionary<string, long>());
        var config = NatsConsumer.Config(">");
        config.DeliverPolicy = ConsumerConfigDeliverPolicy.LastPerSubject;
        var consumer = await NatsConsumer
            .OpenAsync(link.Connection, _js, name, config, time, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            while (await consumer.Pull.NextAsync(cancellationToken).ConfigureAwait(false) is { } stored)
            {
                var revisions = kept.GetValueOrDefault(stored.Subject);
                if (stored.Place.Sequence > stream.Info.State.LastSeq)
                    kept[stored.Subject] = revisions = Math.Min(
                        revisions + 1,
                        Math.Max(1, stream.Info.Config.MaxMsgsPerSubject)
                    );
                yield return NatsNodes.OfValue(name, revisions, stored);
            }

            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"Reading the bucket ended: {consumer.Pull.Gone ?? "nothing more comes"}; open it again."
            );
        }
        finally
        {
            using var limit = new CancellationTokenSource(s_removal, time);
            await consumer.RemoveAsync(limit.Token).ConfigureAwait(false);
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
        var stream = await _js.GetStreamAsync(
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
        var consumer = await _js.GetConsumerAsync(stream, name, cancellationToken).ConfigureAwait(false);
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
        var stream = await _js.GetStreamAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new ActionPlan(
            node,
            call,
            $"deletes stream {name} with its {stream.Info.State.Messages:N0} messages and {stream.Info.State.ConsumerCount} consumers",
            [$"what is sent to {string.Join(", ", stream.Info.Config.Subjects ?? [])} is stored no more"]
        );
    }
}
