using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>A ping that the user sends: the pong stands in the list with the time it took.</summary>
internal static class UserPing
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends it and waits for the pong.</summary>
    /// <param name="connection">Somebody has to receive from it.</param>
    /// <param name="payload">At most 125 bytes.</param>
    /// <param name="peer">The client of our server; null as a client.</param>
    /// <param name="context">Gets the pong.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The connection is lost.</exception>
    public static async Task<PublishResult> SendAsync(
        WebSocketConnection connection,
        ReadOnlyMemory<byte> payload,
        string? peer,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var started = context.Time.GetTimestamp();
        using var timeout = new CancellationTokenSource(s_patience, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var roundTrip = await connection.PingAsync(payload, both.Token).ConfigureAwait(false);
            context.Inbox.TryPost(
                new Message
                {
                    Time = context.Time.GetUtcNow(),
                    Direction = Direction.In,
                    Topic = peer ?? "",
                    Payload = payload,
                    Details = WebSocketDetails.OfPong(roundTrip, peer),
                }
            );
            return new PublishResult(IsAccepted: true, $"pong after {InWords(roundTrip)}", roundTrip)
            {
                WasAskedFor = true,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PublishResult(
                IsAccepted: false,
                $"no pong came within {Quantity.Format(s_patience)}",
                context.Time.GetElapsedTime(started)
            );
        }
    }

    /// <summary>A round trip as it is shown.</summary>
    public static string InWords(TimeSpan roundTrip) =>
        $"{roundTrip.TotalMilliseconds.ToString(roundTrip.TotalMilliseconds < 10 ? "0.0" : "0")} ms";
}
