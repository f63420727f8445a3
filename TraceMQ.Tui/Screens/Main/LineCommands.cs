using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Screens.Profiles;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Commands of the palette's line that take an argument: <c>filter kiln</c>, <c>connect Plant A</c>.</summary>
internal static class LineCommands
{
    /// <summary>Does a command with an argument; null where there is no such command.</summary>
    public static Transition? Run(AppState state, string name, string argument) =>
        name switch
        {
            "filter" => MessagesUpdate.TypeFilter(state, argument),
            "find" => FindUpdate.Type(state, argument).Then(next => FindUpdate.Step(next, isForward: true)),
            "connect" => Profile(state, argument, row => ConnectionUpdate.Connect(state, row.Profile!)),
            "disconnect" => Profile(
                state,
                argument,
                row =>
                    row.Connection is { IsAlive: true } alive
                        ? ConnectionUpdate.Disconnect(state, alive)
                        : state.Tell(StatusLevel.Warning, $"{argument} is not connected")
            ),
            "subscribe" => Subscribe(state, argument),
            _ => (Transition?)null,
        };

    private static Transition Profile(AppState state, string name, Func<ProfileRow, Transition> run)
    {
        var row = ProfileRows.Of(state with { Profiles = new ProfilesState() }).FirstOrDefault(row => row.Name == name);
        return row is null ? state.Tell(StatusLevel.Warning, $"there is no profile {name}") : run(row);
    }

    private static Transition Subscribe(AppState state, string topic)
    {
        if (Connections.Current(state, Capabilities.Subscribe) is not { } connection)
            return state.Tell(StatusLevel.Warning, "no connection can subscribe; connect a profile first");
        return connection.Transport.Topics.ValidatePattern(topic) is { } problem
            ? state.Tell(StatusLevel.Error, problem)
            : new Transition(state, [new Effect.Subscribe(connection.Source, new Subscription(topic))]);
    }
}
