using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>A hub that lets us in: the connection, the token, and what the hub says about itself.</summary>
internal sealed record HubLink
{
    /// <summary>The connection; whoever has the link disposes it.</summary>
    public required AmqpConnection Connection { get; init; }

    /// <summary>The tokens; null where the hub wants none.</summary>
    public required HubTokens? Tokens { get; init; }

    /// <summary>What can be asked.</summary>
    public required HubManagement Management { get; init; }

    /// <summary>The hub.</summary>
    public required HubInfo Hub { get; init; }

    /// <summary>What is known about the way there.</summary>
    public required IReadOnlyList<Fact> WayFacts { get; init; }

    /// <summary>Connects step by step.</summary>
    /// <exception cref="TransportException">A step failed; the sentence says why and what to do.</exception>
    public static async Task<HubLink> OpenAsync(
        HubWay way,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var peer = await StreamDialer
            .OpenAsync(way.Endpoint, way.Stream, steps, context.Time, cancellationToken)
            .ConfigureAwait(false);
        var connection = await AmqpConnection
            .OpenAsync(way, peer, context, steps, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var tokens = way.HasToken
                ? await steps
                    .RunAsync(
                        "CBS",
                        () => PutTokenAsync(connection, way, context.Time, cancellationToken),
                        _ => way.Signature is null ? $"the key {way.KeyName} is taken" : "the signature is taken"
                    )
                    .ConfigureAwait(false)
                : null;
            var (management, hub) = await steps
                .RunAsync(
                    "hub",
                    () => AskAsync(connection, way, context.Time, cancellationToken),
                    found => $"{found.Hub.Name} with {Count(found.Hub.Partitions.Count)}"
                )
                .ConfigureAwait(false);
            connection.Settle();
            return new HubLink
            {
                Connection = connection,
                Tokens = tokens,
                Management = management,
                Hub = hub,
                WayFacts = [.. peer.Facts(context.Time.GetUtcNow())],
            };
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<HubTokens> PutTokenAsync(
        AmqpConnection connection,
        HubWay way,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var node = await NodeRequests
            .OpenAsync(connection, way, HubVocabulary.CbsNode, time, cancellationToken)
            .ConfigureAwait(false);
        var tokens = new HubTokens(node, way, time);
        await tokens.PutAsync(cancellationToken).ConfigureAwait(false);
        return tokens;
    }

    private static async Task<(HubManagement Management, HubInfo Hub)> AskAsync(
        AmqpConnection connection,
        HubWay way,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var node = await NodeRequests
            .OpenAsync(connection, way, HubVocabulary.ManagementNode, time, cancellationToken)
            .ConfigureAwait(false);
        var management = new HubManagement(node, way);
        return (management, await management.HubAsync(cancellationToken).ConfigureAwait(false));
    }

    private static string Count(int partitions) => partitions == 1 ? "1 partition" : $"{partitions} partitions";
}
