using System.Runtime.CompilerServices;

namespace TraceMQ.Transport.Browsing;

/// <summary>Nodes that are told again each second for as long as somebody looks; those that have gone meanwhile are told as gone.</summary>
internal static class LiveListing
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <param name="snapshot">The nodes as they are now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<Node> RepeatAsync(
        Func<IReadOnlyList<Node>> snapshot,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var before = new Dictionary<NodePath, Node>();
        while (true)
        {
            var now = snapshot();
            foreach (var node in now)
            {
                before.Remove(node.Path);
                yield return node;
            }

            foreach (var gone in before.Values)
                yield return gone with
                {
                    IsGone = true,
                };
            before = now.ToDictionary(node => node.Path);
            await Task.Delay(s_interval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
