using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>Asks a silent peer again and again whether it is still there: nothing else would tell that notifications stay away.</summary>
internal static class Heartbeat
{
    /// <summary>Pings until cancelled.</summary>
    /// <exception cref="TransportException">The peer is gone.</exception>
    public static async Task RunAsync(
        Profile profile,
        IClientLink link,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var interval = profile.Values.Get(CoapSettings.PingInterval);
        if (interval == TimeSpan.Zero)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        while (true)
        {
            var silent = time.GetElapsedTime(link.LastHeard);
            if (silent < interval)
            {
                await Task.Delay(interval - silent, time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await PingAsync(link, interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task PingAsync(
        IClientLink link,
        TimeSpan interval,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await link.Link.PingAsync(null, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException exception) when (exception.Kind == FailureKind.TimedOut)
        {
            // It speaks, it only does not answer pings.
            if (time.GetElapsedTime(link.LastHeard) >= interval)
                throw new TransportException(
                    FailureKind.Lost,
                    $"The peer is gone: {exception.Message[..1].ToLowerInvariant()}{exception.Message[1..]}",
                    exception
                );
        }
    }
}
