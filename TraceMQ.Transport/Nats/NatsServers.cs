using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>Finds a server to connect to, and says which took the place of which. The addresses are tried in another order after a loss, so it is not that of every protocol.</summary>
internal static class NatsServers
{
    /// <summary>Connects to the first server that can be reached; after those of the profile those are tried that the last server told of.</summary>
    /// <exception cref="TransportException">It failed, or the server refused.</exception>
    public static async Task<NatsLink> ConnectAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var memory = context.Memory.Get(static () => new NatsMemory());
        var endpoints = memory.Candidates(profile.Endpoints);
        var started = context.Time.GetTimestamp();
        for (var i = 0; ; i++)
        {
            try
            {
                var link = await NatsLink
                    .OpenAsync(profile, endpoints[i], context, StepLog.Silent, cancellationToken)
                    .ConfigureAwait(false);
                memory.Note(link);
                var words = memory.Succession(link, context.Time);
                if (words is null && i > 0)
                    words =
                        $"Connected to {link.Endpoint.Address} instead, after {NatsMemory.Words(context.Time.GetElapsedTime(started))}.";
                if (words is not null)
                    context.Notices.TryWrite(new Notice(NoticeLevel.Information, words));
                return link;
            }
            catch (TransportException exception)
                when (exception.Kind is not (FailureKind.Configuration or FailureKind.Credentials)
                    && i + 1 < endpoints.Count
                )
            {
                context.Notices.TryWrite(
                    new Notice(NoticeLevel.Warning, $"{exception.Message} Trying {endpoints[i + 1].Address}.")
                );
            }
        }
    }
}
