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
    private const int NoSuchStream = 10059;

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
        // No stream of a profile stores what servers say of themselves: that is heard live beside the replay.
        var named =
            subscription.Options.Get(NatsSettings.SubscribeStream) is { Length: > 0 } own ? own
            : NatsPrefix.IsOfServer(subscription.Topic) ? ""
            : profile.Values.Get(NatsSettings.Stream);
        var wantsHistory =
            subscription.Options.Has(NatsSettings.SubscribeStart)
            || subscription.Options.Has(NatsSettings.SubscribeUntil);
        if (named.Length == 0 && !wantsHistory)
            return null;
        if (subscription.Options.Get(NatsSettings.SubscribeQueueGroup).Length > 0)
            throw new TransportException(
                FailureKind.Configuration,
                "A replay reads for itself alone: leave queue_group out, or listen live without stream, start and until."
            );
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

    /// <summary>Where to begin, and where to end as far as that is known now.</summary>
    /// <exception cref="NatsJSApiException">There is no such stream.</exception>
    public async Task<NatsPoint> BeginAsync(NatsJSContext js, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stream = await js.GetStreamAsync(Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        var last = stream.Info.State.LastSeq;
        var until = Until(Subscription);
        return new NatsPoint
        {
            Last = last,
            Created = stream.Info.Created,
            Sequence = Start.Kind switch
            {
                StartKind.Sequence => (ulong)Math.Max(1, Start.Number) - 1,
                StartKind.Last => await SequenceOfLastAsync(js, stream, cancellationToken).ConfigureAwait(false) - 1,
                StartKind.Latest => last,
                _ => 0,
            },
            StartTime = Start.TimeAt(now),
            End = until?.Kind switch
            {
                StartKind.Sequence => (ulong)until.Number,
                StartKind.End => last,
                _ => null,
            },
            EndTime = until?.TimeAt(now),
        };
    }

    /// <summary>The consumer that goes on from a place.</summary>
    public ConsumerConfig ConfigOf(NatsPoint point)
    {
        var config = NatsConsumer.Config(Filter);
        if (Start.Kind == StartKind.LastPerSubject && !point.IsCaughtUp)
        {
            config.DeliverPolicy = ConsumerConfigDeliverPolicy.LastPerSubject;
            config.FilterSubject ??= ">";
        }
        else if (point is { Sequence: 0, StartTime: { } time })
        {
            config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime;
            config.OptStartTime = time;
        }
        else
        {
            config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
            config.OptStartSeq = point.Sequence + 1;
        }

        return config;
    }

    /// <summary>Makes sure that the stream is still the one that reading began with: its numbers mean nothing in another.</summary>
    /// <exception cref="TransportException">It was deleted, or deleted and made again.</exception>
    public async Task ThrowIfReplacedAsync(NatsJSContext js, NatsPoint point, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await js.GetStreamAsync(Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (stream.Info.Created != point.Created)
                throw Ended(Stream, "it was deleted and made again; subscribe again to read the new one");
        }
        catch (NatsJSApiException exception) when (IsGone(exception))
        {
            throw Ended(Stream, "it was deleted; subscribe again when it is there again");
        }
    }

    /// <summary>True where the server says that there is no such stream.</summary>
    public static bool IsGone(NatsJSApiException exception) => exception.Error.ErrCode == NoSuchStream;

    /// <summary>What a replay says that ended by itself.</summary>
    public static TransportException Ended(string stream, string? why) =>
        new(FailureKind.Configuration, $"Reading stream {stream} ended: {why ?? "nothing more comes"}.");

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
        var state = stream.Info.State;
        if (Filter is null && state.NumDeleted == 0)
            return (ulong)Math.Max((long)Math.Max(1, state.FirstSeq), (long)state.LastSeq + 1 - Start.Number);
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
        var config = NatsConsumer.Config(Filter);
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
                $"No stream stores {subject}, so there is no history to read: check the subject, or name the stream in the setting stream."
            ),
            _ => throw new TransportException(
                FailureKind.Configuration,
                $"Several streams store {subject} ({string.Join(", ", found.Take(5))}): name one in the setting stream."
            ),
        };
    }
}
