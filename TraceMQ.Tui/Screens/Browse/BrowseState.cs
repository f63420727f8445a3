using System.Collections.Immutable;
using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>The Browse screen: a live table of the nodes of a kind.</summary>
internal sealed record BrowseState : Overlay
{
    /// <summary>Most nodes that are kept of a listing; more are counted only.</summary>
    public const int Capacity = 50_000;

    /// <summary>The connection.</summary>
    public required int Source { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The nodes that were opened on the way here.</summary>
    public ImmutableStack<Node> Trail { get; init; } = [];

    /// <summary>The nodes, in the order in which they came first.</summary>
    public ImmutableList<Node> Nodes { get; init; } = [];

    /// <summary>Where each node is in the list.</summary>
    public ImmutableDictionary<NodePath, int> Places { get; init; } = ImmutableDictionary<NodePath, int>.Empty;

    /// <summary>Nodes beyond <see cref="Capacity"/>.</summary>
    public int Omitted { get; init; }

    /// <summary>The selected row.</summary>
    public int Selected { get; init; }

    /// <summary>The node to select when it comes: the one that was selected before the listing was made again.</summary>
    public NodePath? Wanted { get; init; }

    /// <summary>Of the listing.</summary>
    public required long Generation { get; init; }

    /// <summary>The listing has come to its end.</summary>
    public bool IsDone { get; init; }

    /// <summary>The selected node; null where there is none.</summary>
    public Node? Current => Selected < Nodes.Count ? Nodes[Selected] : null;

    /// <summary>The listing with other nodes: new ones at its end, known ones in their places, and without those that are gone. The selection stays on its node.</summary>
    public BrowseState With(IReadOnlyList<Node> listed)
    {
        var nodes = Nodes.ToBuilder();
        var places = Places.ToBuilder();
        var omitted = Omitted;
        var gone = new HashSet<NodePath>();
        foreach (var node in listed)
        {
            gone.Remove(node.Path);
            if (node.IsGone)
                gone.Add(node.Path);
            else if (places.TryGetValue(node.Path, out var place))
                nodes[place] = node;
            else if (nodes.Count >= Capacity)
                omitted++;
            else
            {
                places.Add(node.Path, nodes.Count);
                nodes.Add(node);
            }
        }

        var next = this with { Nodes = nodes.ToImmutable(), Places = places.ToImmutable(), Omitted = omitted };
        if (next.Wanted is { } wanted && next.Places.TryGetValue(wanted, out var wantedPlace))
            next = next with { Selected = wantedPlace, Wanted = null };
        return gone.Any(next.Places.ContainsKey) ? next.Without(gone) : next;
    }

    private BrowseState Without(HashSet<NodePath> gone)
    {
        var left = Nodes.RemoveAll(node => gone.Contains(node.Path));
        var before = Nodes.Take(Selected).Count(node => gone.Contains(node.Path));
        return this with
        {
            Nodes = left,
            Places = left.Select((node, at) => KeyValuePair.Create(node.Path, at)).ToImmutableDictionary(),
            Selected = Math.Clamp(Selected - before, 0, Math.Max(0, left.Count - 1)),
        };
    }

    /// <inheritdoc/>
    public override Scopes Scope => Scopes.Browse;

    /// <inheritdoc/>
    public override bool IsFullScreen => true;

    /// <inheritdoc/>
    public override Transition? Back(AppState state) => BrowseUpdate.Up(state, this);

    /// <inheritdoc/>
    public override IEnumerable<Effect> Ending => [new Effect.EndReading(Generation)];
}
