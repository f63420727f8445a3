using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Kafka;

/// <summary>A cluster that has answered.</summary>
internal sealed record KafkaLink
{
    public required KafkaCluster Cluster { get; init; }

    public required KafkaWay Way { get; init; }

    public required KafkaClientOptions Options { get; init; }

    /// <summary>Brokers and topics when it was connected.</summary>
    public required Metadata Metadata { get; init; }

    /// <summary>What is known about TLS.</summary>
    public required IReadOnlyList<Fact> WayFacts { get; init; }

    /// <summary>
    /// Connects. The library insists on sockets and TLS of its own, and tells little of both; so the way is tried first as every protocol goes it,
    /// which finds what is wrong with names, addresses and certificates, and what the connection card shows.
    /// </summary>
    /// <exception cref="TransportException">It failed, or the cluster refused.</exception>
    public static async Task<KafkaLink> OpenAsync(
        KafkaWay way,
        bool createsTopics,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var (facts, family) = await TryWayAsync(way, steps, context, cancellationToken).ConfigureAwait(false);
        var options = new KafkaClientOptions(way, family);
        var watch = new KafkaWatch(way, context);
        var cluster = new KafkaCluster(options.ForSending(createsTopics), way, watch, context.Time);
        var started = context.Time.GetTimestamp();
        try
        {
            var metadata = await cluster.MetadataAsync(cancellationToken).ConfigureAwait(false);
            watch.Connected();
            steps.Pass(
                "Kafka handshake",
                $"{(metadata.Brokers.Count == 1 ? "1 broker" : $"{metadata.Brokers.Count} brokers")}, {(metadata.Topics.Count == 1 ? "1 topic" : $"{metadata.Topics.Count} topics")}",
                context.Time.GetElapsedTime(started)
            );
            steps.Pass(
                "authentication",
                way.HasUser ? $"accepted as {way.Username} ({way.Mechanism})" : "accepted without a user name"
            );
            return new KafkaLink
            {
                Cluster = cluster,
                Way = way,
                Options = options,
                Metadata = metadata,
                WayFacts = facts,
            };
        }
        catch (Exception exception)
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            if (exception is TransportException failure)
                Tell(steps, failure, context.Time.GetElapsedTime(started));
            throw;
        }
    }

    private static void Tell(StepLog steps, TransportException failure, TimeSpan elapsed)
    {
        if (failure.Kind is FailureKind.Credentials or FailureKind.Permission)
        {
            // A refusal of the user is a handshake that worked.
            steps.Pass("Kafka handshake", "the broker speaks Kafka", elapsed);
            steps.Fail("authentication", failure);
        }
        else
        {
            steps.Fail("Kafka handshake", failure, elapsed);
        }
    }

    private static Task<(IReadOnlyList<Fact> Facts, BrokerAddressFamily Family)> TryWayAsync(
        KafkaWay way,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        NextAddress.FirstAsync<(IReadOnlyList<Fact>, BrokerAddressFamily)>(
            way.Brokers,
            async broker =>
            {
                var peer = await StreamDialer
                    .OpenAsync(broker, new StreamOptions { Tls = way.Tls }, steps, context.Time, cancellationToken)
                    .ConfigureAwait(false);
                await using (peer.ConfigureAwait(false))
                {
                    // A name often has an IPv6 address that nobody listens at, and the library takes one refusal for the end.
                    var family = peer.RemoteEndPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetwork }
                        ? BrokerAddressFamily.V4
                        : BrokerAddressFamily.Any;
                    return ([.. peer.Facts(context.Time.GetUtcNow())], family);
                }
            },
            context
        );
}
