using System.Collections.Immutable;
using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>Nodes were listed, or left.</summary>
internal sealed record BrowseListed(long Generation, IReadOnlyList<Node> Nodes) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        overlay.Generation == Generation ? state.Replace(overlay.With(Nodes)) : state;
}

/// <summary>The listing has come to its end.</summary>
internal sealed record BrowseEnded(long Generation) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        overlay.Generation == Generation ? state.Replace(overlay with { IsDone = true }) : state;
}

/// <summary>Another row is selected.</summary>
internal sealed record NodeSelected(int Index) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        state.Replace(
            overlay with
            {
                Selected = Math.Clamp(Index, 0, Math.Max(0, overlay.Nodes.Count - 1)),
                Wanted = null,
            }
        );
}

/// <summary>What an action would do is known: it is shown, and asks.</summary>
internal sealed record BrowsePlanned(long Generation, ActionPlan Plan) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        overlay.Generation == Generation ? BrowseUpdate.ShowPlan(state, overlay, Plan) : state;
}

/// <summary>An action was done: the listing that it was done from is made again.</summary>
internal sealed record BrowseActed(long Generation) : ScreenEvent<BrowseState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, BrowseState overlay) =>
        overlay.Generation == Generation ? BrowseUpdate.Relist(state, overlay) : state;
}
