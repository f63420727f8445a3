using TraceMQ.Tui.Core;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tui.Screens;

/// <summary>Paints an overlay and takes its keys while it is the topmost.</summary>
internal interface IOverlayScreen
{
    /// <summary>Paints over what is there.</summary>
    void Paint(Canvas canvas, AppState state, Overlay overlay);

    /// <summary>What a key means that no command with an effect on the state has.</summary>
    /// <param name="key">The key.</param>
    /// <param name="command">The name of the view's command that it stands for; null for none.</param>
    /// <param name="state">The state.</param>
    /// <param name="overlay">The overlay.</param>
    AppEvent? Key(KeyPress key, string? command, AppState state, Overlay overlay);

    /// <summary>What a click or a turn of the wheel means.</summary>
    AppEvent? Mouse(MouseAction mouse, AppState state, Overlay overlay);
}
