using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>Tries a profile step by step: name, TCP, greeting, TLS, handshake.</summary>
internal static class NatsConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        StepLog.TestAsync(
            profile.Endpoints,
            async (endpoint, steps, token) =>
            {
                var link = await NatsLink.OpenAsync(profile, endpoint, context, steps, token).ConfigureAwait(false);
                await link.DisposeAsync().ConfigureAwait(false);
            },
            context.Time,
            cancellationToken
        );
}
