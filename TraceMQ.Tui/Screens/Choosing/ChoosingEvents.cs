using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Main;

namespace TraceMQ.Tui.Screens.Choosing;

/// <summary>What is typed into the palette changed.</summary>
internal sealed record QueryTyped(string Text) : ScreenEvent<ChoosingState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, ChoosingState overlay) =>
        state.Replace(overlay with { Query = Text, Selected = 0 });
}

/// <summary>Another row is selected.</summary>
internal sealed record ChoiceSelected(int Index) : ScreenEvent<ChoosingState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, ChoosingState overlay) =>
        state.Replace(overlay with { Selected = Math.Clamp(Index, 0, Math.Max(0, overlay.Shown.Count - 1)) });
}

/// <summary>The selected row is chosen; where none matches, what was typed is taken as a command with an argument.</summary>
internal sealed record ChoiceMade : ScreenEvent<ChoosingState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, ChoosingState overlay)
    {
        var shown = overlay.Shown;
        var closed = state.Close<ChoosingState>();
        if (overlay.Query.Trim().Contains(' ', StringComparison.Ordinal) || shown.Count == 0)
            return CommandUpdate.Enter(closed, overlay.Query);
        return CommandUpdate.Choose(closed, shown[Math.Min(overlay.Selected, shown.Count - 1)].Command);
    }
}
