using System.Runtime.CompilerServices;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Puts together what comes at the same time.</summary>
internal static class Batches
{
    /// <summary>The items of a source in lists: as many as are there without waiting, at most <paramref name="maximum"/>.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<T>> Of<T>(
        IAsyncEnumerable<T> source,
        int maximum,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var items = source.GetAsyncEnumerator(cancellationToken);
        await using var closing = items.ConfigureAwait(false);
        var batch = new List<T>();
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = items.MoveNextAsync().AsTask();
                if (batch.Count > 0 && (batch.Count == maximum || !next.IsCompleted))
                {
                    yield return batch;
                    batch = [];
                }

                if (!await next.ConfigureAwait(false))
                    break;
                batch.Add(items.Current);
            }

            if (batch.Count > 0)
                yield return batch;
        }
        finally
        {
            // A source cannot be closed in the middle of a step.
            if (next is { IsCompleted: false })
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
