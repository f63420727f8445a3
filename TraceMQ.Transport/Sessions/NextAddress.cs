using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sessions;

/// <summary>Goes from one address of a profile to the next where one cannot be used, and says so.</summary>
internal static class NextAddress
{
    /// <summary>Connects to the first address that can be used.</summary>
    /// <param name="addresses">At least one.</param>
    /// <param name="connect">Connects to one.</param>
    /// <param name="context">Where the notices go.</param>
    /// <exception cref="TransportException">None can be used: why the last cannot. Or one that no other address would mend.</exception>
    public static async Task<T> FirstAsync<T>(
        IReadOnlyList<Endpoint> addresses,
        Func<Endpoint, Task<T>> connect,
        SessionContext context
    )
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await connect(addresses[i]).ConfigureAwait(false);
            }
            catch (TransportException exception) when (!exception.IsFinal && i + 1 < addresses.Count)
            {
                context.Notices.TryWrite(
                    new Notice(NoticeLevel.Warning, $"{exception.Message} Trying the next address.")
                );
            }
        }
    }
}
