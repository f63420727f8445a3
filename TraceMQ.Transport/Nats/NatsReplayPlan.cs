using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>Which stream a subscription reads, from where and to where.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Filter">The whole subject to read, with wildcards; null: all that the stream stores.</param>
/// <param name="Start">Where it begins.</param>
internal sealed record NatsReplayPlan(Subscription Subscription, string Stream, string? Filter, StartPoint Start)
{
    /// <summary>The plan of a subscription; null where it listens to live subjects.</summary>
    /// <exception cref="TransportException">It wants history, and there is none.</exception>
    public static async Task<NatsReplayPlan?> OfAsync(
        Subscription subscription,
        Profile profile,
        NatsLink link,
        NatsPrefix prefix,
        CancellationToken cancellationToken
    )
    {
        var named = subscription.Options.Get(NatsSettings.SubscribeStream) is { Length: > 0 } own
            ? own
            : profile.Values.Get(NatsSettings.Stream);
        var wantsHistory =
            subscription.Options.Has(NatsSettings.SubscribeStart)
            || subscription.Options.Has(NatsSettings.SubscribeUntil);
        if (named.Length == 0 && !wantsHistory)
            return null;
        if (!link.Info.HasJetStream)
            throw new TransportException(
                FailureKind.Configuration,
                $"{link.Info.Name} at {link.Endpoint.Address} has no JetStream, so there is no history to read."
            );
        var filter = subscription.Topic.Length == 0 ? null : prefix.Subject(subscription.Topic);
        if (named.Length == 0)
            named = await StreamOfAsync(filter!, link, cancellationToken).ConfigureAwait(false);
        var start =
            subscription.Options.Has(NatsSettings.SubscribeStart)
                ? subscription.Options.Get(NatsSettings.SubscribeStart)
            : profile.Values.Has(NatsSettings.Start) ? profile.Values.Get(NatsSettings.Start)
            : wantsHistory ? StartPoint.Earliest
            : StartPoint.Latest;
        return new NatsReplayPlan(subscription, named, filter, start);
    }

    /// <summary>Where a subscription is to end; null: never.</summary>
    public static StartPoint? Until(Subscription subscription) =>
        subscription.Options.Has(NatsSettings.SubscribeUntil)
            ? subscription.Options.Get(NatsSettings.SubscribeUntil)
            : null;

    /// <summary>The consumer to read with, and the last message to read where that is known by its number.</summary>
    public async Task<(ConsumerConfig Config, ulong? End)> ConsumerAsync(
        NatsJSContext js,
        NatsPoint? from,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var config = NatsReplay.Config(NewName(), Filter);
        if (from is { Sequence: > 0 })
        {
            config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
            config.OptStartSeq = from.Sequence + 1;
            return (config, from.End);
        }

        var stream = await js.GetStreamAsync(Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        var last = stream.Info.State.LastSeq;
        switch (Start.Kind)
        {
            case StartKind.Earliest:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.All;
                break;
            case StartKind.LastPerSubject:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.LastPerSubject;
                config.FilterSubject ??= ">";
                break;
            case StartKind.Sequence:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
                config.OptStartSeq = (ulong)Math.Max(1, Start.Number);
                break;
            case StartKind.Last:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
                config.OptStartSeq = await SequenceOfLastAsync(js, stream, cancellationToken).ConfigureAwait(false);
                break;
            case StartKind.Ago or StartKind.At:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime;
                config.OptStartTime = Start.TimeAt(now)!.Value;
                break;
            default:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.New;
                break;
        }

        return (
            config,
            Until(Subscription)?.Kind switch
            {
                StartKind.Sequence => (ulong)Until(Subscription)!.Number,
                StartKind.End => last,
                _ => null,
            }
        );
    }

    /// <summary>What a replay says that ended by itself.</summary>
    public static TransportException Ended(string stream, Exception? exception) =>
        new(
            FailureKind.Lost,
            exception is null or OperationCanceledException
                ? $"Reading stream {stream} ended: it, or our consumer of it, was deleted."
                : $"Reading stream {stream} ended: {exception.Message}",
            exception
        );

    /// <summary>
    /// The message that has as many matching ones behind it as are wanted. A server tells only how many match from a place on, so the place is
    /// searched for: at most 64 questions, and exact where messages were deleted or do not match.
    /// </summary>
    private async Task<ulong> SequenceOfLastAsync(
        NatsJSContext js,
        INatsJSStream stream,
        CancellationToken cancellationToken
    )
    {
        var low = Math.Max(1, stream.Info.State.FirstSeq);
        var high = stream.Info.State.LastSeq + 1;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (await CountFromAsync(js, middle, cancellationToken).ConfigureAwait(false) > (ulong)Start.Number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private async Task<ulong> CountFromAsync(NatsJSContext js, ulong sequence, CancellationToken cancellationToken)
    {
        var config = NatsReplay.Config(NewName(), Filter);
        config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
        config.OptStartSeq = sequence;
        var consumer = await js.CreateConsumerAsync(Stream, config, cancellationToken).ConfigureAwait(false);
        await js.DeleteConsumerAsync(Stream, consumer.Info.Name, cancellationToken).ConfigureAwait(false);
        return consumer.Info.NumPending;
    }

    private static async Task<string> StreamOfAsync(string subject, NatsLink link, CancellationToken cancellationToken)
    {
        var names = new NatsJSContext(link.Connection).ListStreamNamesAsync(subject, cancellationToken);
        var found = new List<string>();
        await foreach (var name in names.ConfigureAwait(false))
            found.Add(name);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new TransportException(
                FailureKind.Configuration,
                $"No stream stores {subject}, so there is no history to read: check the subject, or name the stream with stream."
            ),
            _ => throw new TransportException(
                FailureKind.Configuration,
                $"Several streams store {subject} ({string.Join(", ", found.Take(5))}): name one with stream."
            ),
        };
    }

    private static string NewName() => "tracemq-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
}
