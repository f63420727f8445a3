using System.Buffers;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Reads what a peer still sends before the connection is closed: closing with bytes unread resets it, and our last words are lost.</summary>
internal static class Linger
{
    private const int Most = 1 << 20;

    /// <summary>Reads until the end, or until enough time or bytes were spent.</summary>
    public static async Task UntilEndAsync(
        Stream stream,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (var left = Most; left > 0; )
            {
                var read = await stream.ReadAsync(buffer, both.Token).ConfigureAwait(false);
                if (read == 0)
                    return;
                left -= read;
            }
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or TransportException
            )
        {
            // That was all the politeness there is.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
