using System.Collections.Immutable;
using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>A node was listed, or the listing has come to its end.</summary>
internal sealed record BrowseListed(long Generation, Node? Node) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay)
    {
        if (overlay.Generation != Generation)
            return state;
        if (Node is null)
            return state.Replace(overlay with { IsDone = true });
        if (Node.IsGone)
            return state.Replace(BrowseUpdate.Without(overlay, Node.Path));
        if (overlay.Places.TryGetValue(Node.Path, out var place))
            return state.Replace(overlay with { Nodes = overlay.Nodes.SetItem(place, Node) });
        if (overlay.Nodes.Count >= BrowseState.Capacity)
            return state.Replace(overlay with { Omitted = overlay.Omitted + 1 });
        return state.Replace(
            overlay with
            {
                Places = overlay.Places.Add(Node.Path, overlay.Nodes.Count),
                Nodes = overlay.Nodes.Add(Node),
            }
        );
    }
}

/// <summary>Another row is selected.</summary>
internal sealed record NodeSelected(int Index) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        state.Replace(overlay with { Selected = Math.Clamp(Index, 0, Math.Max(0, overlay.Nodes.Count - 1)) });
}

/// <summary>What an action would do is known: it is shown, and asks.</summary>
internal sealed record BrowsePlanned(long Generation, ActionPlan Plan) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        overlay.Generation == Generation ? BrowseUpdate.ShowPlan(state, overlay, Plan) : state;
}

/// <summary>An action was done: the listing is made again.</summary>
internal sealed record BrowseActed : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) => BrowseUpdate.Relist(state, overlay);
}
