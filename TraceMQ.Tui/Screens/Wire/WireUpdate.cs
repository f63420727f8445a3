using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Profiles;

namespace TraceMQ.Tui.Screens.Wire;

/// <summary>Looking at packets.</summary>
internal static class WireUpdate
{
    /// <summary>Why there are none.</summary>
    public static string? WhyNot(AppState state) =>
        Target(state) is not null ? null
        : Connections.Current(state, Capabilities.None) is { } other ? $"{other.Name} shows no packets"
        : "nothing is connected; connect a profile first (1, then Enter)";

    /// <summary>Opens the screen and begins to record.</summary>
    public static Transition Open(AppState state)
    {
        var connection = Target(state)!;
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

    // A handshake that failed is looked at after it did, so a connection need not be up.
    private static Connection? Target(AppState state)
    {
        var selected = state.Layout.Focus == PaneName.Profiles ? ProfileRows.Selected(state)?.Connection : null;
        return selected is not null && HasPackets(selected)
            ? selected
            : Connections.Current(state, Capabilities.Wire) ?? state.Connections.Values.FirstOrDefault(HasPackets);
    }

    private static bool HasPackets(Connection connection) =>
        connection.Phase switch
        {
            ConnectionPhase.Connected => connection.Capabilities.HasFlag(Capabilities.Wire),
            ConnectionPhase.Closed => false,
            _ => true,
        };
}
