namespace TraceMQ.Tui.Core;

/// <summary>An event for an overlay of one type.</summary>
/// <typeparam name="TOverlay">The overlay's state.</typeparam>
internal abstract record ScreenEvent<TOverlay> : ScreenEvent
    where TOverlay : Overlay
{
    /// <inheritdoc/>
    public sealed override Transition Apply(AppState state) =>
        state.Find<TOverlay>() is { } overlay ? Apply(state, overlay) : state;

    /// <summary>What the event does, given the overlay that is open.</summary>
    protected abstract Transition Apply(AppState state, TOverlay overlay);
}
