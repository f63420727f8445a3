using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Profiles;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Which connection a command means.</summary>
internal static class Connections
{
    /// <summary>
    /// The connection that what is selected belongs to, if it can do what is asked; else the first that can. In the profile pane that is the
    /// selected profile, elsewhere the open message's connection.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="needed">What it must be able to do; none: any that is alive.</param>
    public static Connection? Current(AppState state, Capabilities needed)
    {
        var preferred =
            state.Layout.Focus == PaneName.Profiles ? ProfileRows.Selected(state)?.Connection
            : state.Opened is { } opened ? state.Connections.GetValueOrDefault(opened.Stored.Source)
            : null;
        return preferred is not null && Can(preferred, needed)
            ? preferred
            : state.Connections.Values.FirstOrDefault(connection => Can(connection, needed));
    }

    /// <summary>Connections that can do what is asked.</summary>
    public static IEnumerable<Connection> That(AppState state, Capabilities needed) =>
        state.Connections.Values.Where(connection => Can(connection, needed));

    /// <summary>Why no connection can do what is asked; null where one can.</summary>
    /// <param name="state">The state.</param>
    /// <param name="needed">What it must be able to do.</param>
    /// <param name="lack">What those that cannot lack: <c>has nothing to look through</c>.</param>
    public static string? WhyNone(AppState state, Capabilities needed, string lack)
    {
        if (Current(state, needed) is not null)
            return null;
        return Current(state, Capabilities.None) is { } other
            ? $"{other.Name} {lack}"
            : "nothing is connected; connect a profile first (1, then Enter)";
    }

    private static bool Can(Connection connection, Capabilities needed) =>
        connection.IsConnected && (connection.Capabilities & needed) == needed;
}
