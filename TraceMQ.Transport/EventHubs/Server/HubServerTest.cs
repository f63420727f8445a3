using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Tries whether a profile can listen.</summary>
internal static class HubServerTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        StepLog.TestAsync(
            profile.Endpoints.Take(1).ToList(),
            async (_, steps, token) =>
            {
                var session = await steps
                    .RunAsync(
                        "listen",
                        () => HubServerSession.StartAsync(profile, context, token),
                        started => string.Join(", ", started.ListensOn)
                    )
                    .ConfigureAwait(false);
                await session.DisposeAsync().ConfigureAwait(false);
            },
            context.Time,
            cancellationToken
        );
}
