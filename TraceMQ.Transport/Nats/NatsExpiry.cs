namespace TraceMQ.Transport.Nats;

/// <summary>Says before a JWT ends that it will: the server then ends the connection.</summary>
internal static class NatsExpiry
{
    private static readonly TimeSpan s_warning = TimeSpan.FromMinutes(10);

    // A timer runs for at most 49 days.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    /// <summary>Says it now where it ends within a day, and again shortly before.</summary>
    /// <param name="login">Whose JWT.</param>
    /// <param name="context">Where it is said.</param>
    /// <param name="cancellationToken">The session ended.</param>
    public static async Task WarnAsync(NatsLogin login, SessionContext context, CancellationToken cancellationToken)
    {
        if (login.Expires is not { } expires)
            return;
        var now = context.Time.GetUtcNow();
        if (login.EndsSoon(now))
            Tell($"ends at {expires:yyyy-MM-dd HH:mm}Z.");
        var wait = expires - s_warning - now;
        if (wait <= TimeSpan.Zero || wait > s_longest)
            return;
        try
        {
            await Task.Delay(wait, context.Time, cancellationToken).ConfigureAwait(false);
            Tell($"ends in {s_warning.TotalMinutes:0} minutes, and the connection with it.");
        }
        catch (OperationCanceledException)
        {
            // The session ended before the JWT did.
        }

        void Tell(string what) =>
            context.Notices.TryWrite(
                new Notice(NoticeLevel.Warning, $"{char.ToUpperInvariant(login.Words[0])}{login.Words[1..]} {what}")
            );
    }
}
