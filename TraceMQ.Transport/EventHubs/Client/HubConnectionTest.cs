using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Tries a profile step by step, as a client would connect.</summary>
internal static class HubConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var way = HubWay.Of(profile);
        return StepLog.TestAsync(
            [way.Endpoint],
            async (_, steps, token) =>
            {
                var link = await HubLink.OpenAsync(way, steps, context, token).ConfigureAwait(false);
                await link.Connection.DisposeAsync().ConfigureAwait(false);
            },
            context.Time,
            cancellationToken
        );
    }
}
