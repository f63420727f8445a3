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
            ? StepLog.TestListeningAsync(
                profile,
                token => SocketServer.StartAsync(profile, context, token),
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
}
