using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Server;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>Tries a profile step by step: as a client would connect, or whether it can listen.</summary>
internal static class CoapConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        profile.Mode == ProfileMode.Server
            ? StepLog.TestListeningAsync(
                profile,
                token => CoapServer.StartAsync(profile, context, token),
                context.Time,
                cancellationToken
            )
            : StepLog.TestAsync(
                profile.Endpoints,
                (endpoint, steps, token) => ConnectAsync(profile, endpoint, steps, context, token),
                context.Time,
                cancellationToken
            );

    private static async Task ConnectAsync(
        Profile profile,
        Endpoint endpoint,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var session = await CoapSession
            .OpenAsync(profile, endpoint, steps, context, cancellationToken)
            .ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            await steps
                .RunAsync(
                    "request",
                    () => session.GetQuietlyAsync(CoapPath.Discovery, cancellationToken),
                    // Whatever the answer is: a server that has no directory is one all the same.
                    reply => $"GET {CoapPath.Discovery}: {CoapWords.Of(reply)}"
                )
                .ConfigureAwait(false);
    }
}
