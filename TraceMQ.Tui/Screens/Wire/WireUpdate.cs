using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Messages;
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
        return Open(state, Target(state)!, only: null);
    }

    /// <summary>Why there is no timeline of the selected message's exchange.</summary>
    public static string? WhyNoTimeline(AppState state)
    {
        if (MessagesUpdate.WhyNone(state) is { } none)
            return none;
        if (Selected(state) is not { } stored)
            return "the message is gone";
        var connection = state.Connections.GetValueOrDefault(stored.Source);
        return stored.Message.Exchange is null ? "this message belongs to no exchange"
            : connection?.Capabilities.HasFlag(Capabilities.Timeline) != true
                ? $"{connection?.Name ?? "this connection"} keeps no packets; v shows them as they come"
            : null;
    }

    /// <summary>Opens the packets of the exchange that the selected message belongs to.</summary>
    public static Transition OpenTimeline(AppState state)
    {
        var stored = Selected(state)!;
        return Open(state, state.Connections[stored.Source], stored.Message.Exchange);
    }

    private static StoredMessage? Selected(AppState state) =>
        state.Store.View.TryRead(state.Messages.SelectedId, out var stored) ? stored : null;

    private static Transition Open(AppState state, Connection connection, ExchangeId? only)
    {
        var generation = state.Generation + 1;
        var screen = new WireState
        {
            Source = connection.Source,
            Name = connection.Name,
            Generation = generation,
            Only = only,
        };
        return new Transition(
            (state with { Generation = generation }).Open(screen),
            [new Effect.ReadWire(connection.Source, generation, only)]
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
