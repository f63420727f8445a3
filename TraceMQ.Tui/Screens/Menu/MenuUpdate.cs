using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Choosing;
using TraceMQ.Tui.Screens.Palette;

namespace TraceMQ.Tui.Screens.Menu;

/// <summary>The context menu: what can be done with the selected row.</summary>
internal static class MenuUpdate
{
    /// <summary>Opens it in the middle.</summary>
    public static Transition Open(AppState state) => OpenAt(state, at: null);

    /// <summary>Opens it where the mouse was clicked.</summary>
    public static Transition OpenAt(AppState state, (int X, int Y)? at)
    {
        // Commands of this pane alone come first; what works everywhere would drown them.
        var own = state.Commands.All.Where(command =>
            (command.Scopes & state.Scope) != 0
            && command.Scopes != Commands.Scopes.Everywhere
            && !command.IsMotion
            && command.Run is not null
        );
        var rows = own.OrderBy(command => int.PopCount((int)command.Scopes))
            .Select(command => PaletteUpdate.Row(state, command))
            .Take(14);
        return state.Open(
            new ChoosingState
            {
                Title = state.Layout.Focus.ToString(),
                All = [.. rows],
                At = at,
            }
        );
    }
}

/// <summary>The menu was asked for with the mouse.</summary>
internal sealed record MenuAsked(int X, int Y) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) => MenuUpdate.OpenAt(state, (X, Y));
}
