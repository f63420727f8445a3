using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Reading;

namespace TraceMQ.Tui.Screens.ConnectionCard;

/// <summary>The card of a connection, up to date while it is open.</summary>
internal sealed record ConnectionCardState : ReadingState
{
    /// <summary>The connection.</summary>
    public required int Source { get; init; }
}

/// <summary>The facts of a live session were read again.</summary>
internal sealed record FactsRead(int Source, IReadOnlyList<Transport.Fact> Facts) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        state.Connections.TryGetValue(Source, out var connection) && connection.IsConnected
            ? state.With(connection with { Facts = Facts })
            : state;
}
