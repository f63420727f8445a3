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
    private readonly NatsActions _actions = new(new NatsJSContext(link.Connection), prefix);

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

    public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken) =>
        _actions.PlanAsync(node, call, cancellationToken);

    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken) =>
        _actions.RunAsync(plan, cancellationToken);

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
            throw NatsActions.Failed(exception);
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
}
