using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Main;

namespace TraceMQ.Tui.Screens.Wire;

/// <summary>Looking at packets.</summary>
internal static class WireUpdate
{
    /// <summary>Why there are none.</summary>
    public static string? WhyNot(AppState state) =>
        Connections.Current(state, Capabilities.None) is null
            ? "nothing is connected; connect a profile first (1, then Enter)"
            : null;

    /// <summary>Opens the screen and begins to record.</summary>
    public static Transition Open(AppState state)
    {
        var connection = Connections.Current(state, Capabilities.None)!;
        var generation = state.Generation + 1;
        var screen = new WireState
        {
            Source = connection.Source,
            Name = connection.Name,
            Generation = generation,
        };
        return new Transition(
            (state with { Generation = generation }).Open(screen),
            [new Effect.ReadWire(connection.Source, generation)]
        );
    }
}
