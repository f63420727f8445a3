namespace TraceMQ.Tui.Messages;

/// <summary>The open branches as a tree of names, so that each node is looked up by its own name and no path has to be written.</summary>
internal sealed class OpenBranches
{
    private readonly Dictionary<string, OpenBranches> _below = new(StringComparer.Ordinal);

    public bool IsOpen { get; private set; }

    public static Dictionary<int, OpenBranches> From(IReadOnlySet<TopicBranch> expanded, Func<int, char?> separatorOf)
    {
        var roots = new Dictionary<int, OpenBranches>();
        foreach (var branch in expanded)
        {
            if (!roots.TryGetValue(branch.Source, out var place))
                roots.Add(branch.Source, place = new OpenBranches());
            foreach (var name in Levels(branch.Path, separatorOf(branch.Source)))
            {
                if (!place._below.TryGetValue(name, out var below))
                    place._below.Add(name, below = new OpenBranches());
                place = below;
            }

            place.IsOpen = true;
        }

        return roots;
    }

    public OpenBranches? Below(string name) => _below.Count == 0 ? null : _below.GetValueOrDefault(name);

    // The same rule as in the tree: what is deeper than its limit is one level.
    private static List<string> Levels(string? path, char? separator)
    {
        var levels = new List<string>();
        if (path is null)
            return levels;
        var rest = path.AsSpan();
        while (
            separator is { } character
            && levels.Count + 1 < TopicTree.MaximumLevels
            && TopicTree.EndOf(rest, character, levels.Count + 1) is var end and >= 0
        )
        {
            levels.Add(rest[..end].ToString());
            rest = rest[(end + 1)..];
        }

        levels.Add(rest.ToString());
        return levels;
    }
}
