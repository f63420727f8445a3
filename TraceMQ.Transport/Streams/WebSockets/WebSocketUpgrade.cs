namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Makes a WebSocket of a stream.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>Asks a server.</summary>
    /// <param name="stream">To the server; owned, also where this fails.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="limits">What the server may cost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">Refused, with an <see cref="UpgradeRefusedException"/> inside; or lost, or too slow.</exception>
    public static async Task<WebSocketConnection> ConnectAsync(
        Stream stream,
        UpgradeRequest request,
        WebSocketLimits limits,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(limits.UpgradeTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var isDone = false;
        ClientUpgrade? client = null;
        try
        {
            client = new ClientUpgrade(request, time);
            var (upgrade, leftOver) = await client.RunAsync(stream, both.Token).ConfigureAwait(false);
            isDone = true;
            return new WebSocketConnection(stream, leftOver, isClient: true, upgrade, limits, time);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"The server did not answer the WebSocket handshake within {Settings.Quantity.Format(limits.UpgradeTimeout)}: check that a WebSocket server listens there, and whether it wants TLS.",
                Unanswered(client, exception)
            );
        }
        catch (IOException exception)
        {
            // TLS says late, and in its own words, that it does not like our certificate.
            throw exception.InnerException as TransportException
                ?? new TransportException(
                    FailureKind.Lost,
                    $"The connection was lost during the WebSocket handshake: {exception.Message.TrimEnd('.')}; check the port, and whether the server wants TLS.",
                    Unanswered(client, exception)
                );
        }
        finally
        {
            if (!isDone)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static UpgradeRefusedException Unanswered(ClientUpgrade? client, Exception exception) =>
        new("the handshake was not answered", 0, exception) { Request = client?.Shown ?? "" };

    /// <summary>Answers a client; one that asks for something else gets an HTTP error.</summary>
    /// <param name="stream">To the client; owned, also where this fails.</param>
    /// <param name="offer">What is agreed to.</param>
    /// <param name="limits">What the client may cost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">Refused, with an <see cref="UpgradeRefusedException"/> inside; or lost, or too slow.</exception>
    public static async Task<WebSocketConnection> AcceptAsync(
        Stream stream,
        UpgradeOffer offer,
        WebSocketLimits limits,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(offer.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var isDone = false;
        try
        {
            var server = new ServerUpgrade(offer, limits, time);
            var (upgrade, leftOver) = await server.RunAsync(stream, both.Token).ConfigureAwait(false);
            isDone = true;
            return new WebSocketConnection(stream, leftOver, isClient: false, upgrade, limits, time);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"A client did not finish the WebSocket handshake within {Settings.Quantity.Format(offer.Timeout)}, and was disconnected.",
                exception
            );
        }
        catch (IOException exception)
        {
            throw new TransportException(
                FailureKind.Lost,
                $"A client was lost during the WebSocket handshake: {exception.Message.TrimEnd('.')}.",
                exception
            );
        }
        finally
        {
            if (!isDone)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
