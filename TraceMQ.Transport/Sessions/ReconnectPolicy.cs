namespace TraceMQ.Transport.Sessions;

/// <summary>
/// The only rule of retrying: the first retry comes at once, the next after half a second, and each further one after twice the time, up to
/// 30 seconds; every delay is jittered by a fifth so that many clients of a restarted peer do not come back in step.
/// </summary>
/// <param name="random">Where the jitter comes from; null for the shared source.</param>
public sealed class ReconnectPolicy(Random? random = null)
{
    private const double Jitter = 0.2;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.5);
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
        var doublings = Math.Min(failures - 2, 16);
        var delay = TimeSpan.FromTicks(Math.Min(s_shortest.Ticks << doublings, s_longest.Ticks));
        return delay * (1 - Jitter + (2 * Jitter * _random.NextDouble()));
    }
}
