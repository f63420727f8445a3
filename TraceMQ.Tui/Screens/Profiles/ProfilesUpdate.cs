using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Messages;

namespace TraceMQ.Tui.Screens.Profiles;

/// <summary>The profile pane.</summary>
internal static class ProfilesUpdate
{
    /// <summary>Enter: folds a group, connects a profile, or shows only the messages of a connected one.</summary>
    public static Transition Open(AppState state)
    {
        if (ProfileRows.Selected(state) is not { } row)
            return state.Tell(
                StatusLevel.Information,
                $"there is no profile yet; {state.Commands.KeyOf("new-profile")} makes one"
            );
        if (row.Name is null)
            return Fold(state, row);
        if (row.Connection is { IsConnected: true } connection)
            return MessagesUpdate.ToggleSource(state, connection.Source);
        if (row.Entry is { Problems.Count: > 0 } broken)
            return state.Tell(StatusLevel.Error, $"{broken.Problems[0]}");
        return ConnectionUpdate.Connect(state, row.Profile!);
    }

    /// <summary>Folds or unfolds the group of the selected row.</summary>
    public static Transition Fold(AppState state, ProfileRow row)
    {
        if (row.Group.Length == 0)
            return state;
        var folded = state.Profiles.Folded;
        folded = folded.Contains(row.Group) ? folded.Remove(row.Group) : folded.Add(row.Group);
        return state with { Profiles = state.Profiles with { Folded = folded } };
    }

    /// <summary>Ends the connection of the selected profile.</summary>
    public static Transition Disconnect(AppState state) =>
        ProfileRows.Selected(state)?.Connection is { IsAlive: true } connection
            ? ConnectionUpdate.Disconnect(state, connection)
            : state;

    /// <summary>Deletes the selected profile from the file; a production profile asks for its name.</summary>
    public static Transition Delete(AppState state)
    {
        if (ProfileRows.Selected(state)?.Entry is not { } entry)
            return state;
        var remove = new Transition(state, [new Effect.RemoveProfile(entry.Name)]);
        return entry.IsProduction
            ? ConfirmUpdate.AskName(state, entry.Name, $"delete the profile {entry.Name}", remove.Effects)
            : remove;
    }

    /// <summary>The configuration was read or saved.</summary>
    public static AppState TakeConfig(AppState state, ConfigFile config) => state with { Config = config };

    /// <summary>Why a command for a saved profile cannot be done.</summary>
    public static string? WhyNotSaved(AppState state) =>
        ProfileRows.Selected(state) switch
        {
            { Entry: not null } => null,
            { Connection: not null } => "this connection is not in the file; save it first with E",
            _ => "select a profile first",
        };

    /// <summary>Why there is nothing to disconnect.</summary>
    public static string? WhyNotAlive(AppState state) =>
        ProfileRows.Selected(state)?.Connection is { IsAlive: true } ? null : "the selected profile is not connected";
}
