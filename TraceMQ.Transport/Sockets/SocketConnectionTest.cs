using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Server;

namespace TraceMQ.Transport.Sockets;

/// <summary>Tries a profile step by step: as a client would connect, or whether it can listen.</summary>
internal static class SocketConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        profile.Mode == ProfileMode.Server
            ? StepLog.TestAsync(
                [profile.Endpoints[0]],
                (_, steps, token) => ListenAsync(profile, steps, context, token),
                context.Time,
                cancellationToken
            )
            : StepLog.TestAsync(
                profile.Endpoints,
                async (endpoint, steps, token) =>
                {
                    var link = await SocketSession
                        .OpenAsync(profile, endpoint, steps, context, token)
                        .ConfigureAwait(false);
                    await link.DisposeAsync().ConfigureAwait(false);
                },
                context.Time,
                cancellationToken
            );

    private static async Task ListenAsync(
        Profile profile,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var server = await steps
            .RunAsync(
                "listen",
                () => SocketServer.StartAsync(profile, context, cancellationToken),
                started => string.Join(", ", started.ListensOn)
            )
            .ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
    }
}
