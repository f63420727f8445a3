using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>The first line of a server, read byte by byte past its end and no further: TLS may begin behind it.</summary>
internal static class NatsGreeting
{
    private const int MaximumBytes = 64 << 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads it.</summary>
    /// <returns>The line with its end.</returns>
    /// <exception cref="TransportException">Nothing came, or no NATS server greets like this.</exception>
    public static async Task<byte[]> ReadAsync(
        Stream stream,
        Endpoint endpoint,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var line = new MemoryStream();
        using var patience = new CancellationTokenSource(s_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var one = new byte[1];
        try
        {
            while (line.Length < MaximumBytes)
            {
                if (await stream.ReadAsync(one, both.Token).ConfigureAwait(false) == 0)
                    throw NatsFailures.ClosedAtOnce(endpoint, line.Length > 0);
                line.WriteByte(one[0]);
                if (one[0] == '\n')
                    return line.ToArray();
                if (line.Length == 4 && !"INFO"u8.SequenceEqual(line.GetBuffer().AsSpan(0, 4)))
                    throw NatsFailures.NoNats(endpoint, Encoding.Latin1.GetString(line.GetBuffer(), 0, 4));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NatsFailures.NoGreeting(endpoint, s_patience);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw NatsFailures.Broken(endpoint, exception);
        }

        throw NatsFailures.NoNats(endpoint, "INFO");
    }
}
