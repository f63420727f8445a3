using TraceMQ.Transport.Kafka.Server;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>Tries a profile step by step: as a client would connect, or whether the test broker starts.</summary>
internal static class KafkaConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        if (profile.Mode == ProfileMode.Server)
            // It listens at an address of its own; the one here only counts the attempts.
            return StepLog.TestAsync(
                [new Endpoint(KafkaTransport.Plain, "127.0.0.1", 0, "")],
                (_, steps, token) => ListenAsync(steps, context, token),
                context.Time,
                cancellationToken
            );
        var way = KafkaWay.Of(profile);
        return StepLog.TestAsync(
            way.Brokers,
            (broker, steps, token) => ConnectAsync(way with { Brokers = [broker] }, steps, context, token),
            context.Time,
            cancellationToken
        );
    }

    private static async Task ListenAsync(StepLog steps, SessionContext context, CancellationToken cancellationToken)
    {
        var session = await steps
            .RunAsync(
                "listen",
                () => TestBrokerSession.StartAsync(context, cancellationToken),
                started => string.Join(", ", started.ListensOn)
            )
            .ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task ConnectAsync(
        KafkaWay way,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var link = await KafkaLink
            .OpenAsync(way, createsTopics: false, steps, context, cancellationToken)
            .ConfigureAwait(false);
        await link.Cluster.DisposeAsync().ConfigureAwait(false);
    }
}
