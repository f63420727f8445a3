using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;
using TraceMQ.Transport.WebSocket.Server;

namespace TraceMQ.Transport.WebSocket;

/// <summary>Tries a profile step by step: as a client would connect, or whether it can listen.</summary>
internal static class WebSocketConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        profile.Mode == ProfileMode.Server
            ? StepLog.TestListeningAsync(
                profile,
                token => WebSocketServer.StartAsync(profile, context, token),
                context.Time,
                cancellationToken
            )
            : StepLog.TestAsync(
                profile.Endpoints,
                (endpoint, steps, token) => ConnectAsync(profile, endpoint, steps, context, token),
                context.Time,
                cancellationToken
            );

    // Without the preamble: a test says nothing to the server that could change it.
    private static async Task ConnectAsync(
        Profile profile,
        Endpoint endpoint,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var arrival = await WebSocketWay
            .OpenAsync(profile, endpoint, steps, context, cancellationToken)
            .ConfigureAwait(false);
        await arrival.Connection.CloseAndDropAsync(CloseCodes.Normal, "", cancellationToken).ConfigureAwait(false);
        await arrival.Connection.DisposeAsync().ConfigureAwait(false);
    }
}
