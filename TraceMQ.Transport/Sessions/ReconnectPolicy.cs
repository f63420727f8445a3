namespace TraceMQ.Transport.Sessions;

/// <summary>
/// The only rule of retrying: the first retry comes at once, the next after a quarter of a second, then less than a second apart for about
/// half a minute, so that a peer that restarts is found within a second; after that each delay is twice the one before, up to 30 seconds.
/// Every delay is jittered by a fifth so that many clients of a restarted peer do not come back in step.
/// </summary>
/// <param name="random">Where the jitter comes from; null for the shared source.</param>
public sealed class ReconnectPolicy(Random? random = null)
{
    private const double Jitter = 0.2;
    private const int EagerRetries = 40;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan s_eager = TimeSpan.FromSeconds(0.75);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private readonly Random _random = random ?? Random.Shared;

    /// <summary>A connection that lived longer counts as a success: the next retry comes at once again.</summary>
    public static TimeSpan Settled { get; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="failures">Failed attempts and early losses in a row, from 1.</param>
    public TimeSpan DelayAfter(int failures)
    {
        if (failures <= 1)
            return TimeSpan.Zero;
        var doublings = Math.Clamp(failures - EagerRetries, 0, 16);
        var ticks =
            failures <= EagerRetries
                ? Math.Min(s_shortest.Ticks << (failures - 2), s_eager.Ticks)
                : Math.Min(s_eager.Ticks << doublings, s_longest.Ticks);
        var delay = TimeSpan.FromTicks(ticks);
        return delay * (1 - Jitter + (2 * Jitter * _random.NextDouble()));
    }
}
