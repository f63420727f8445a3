using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Carries out commands: the one door from a name to what it does.</summary>
internal static class CommandUpdate
{
    /// <summary>Does a command, or says why it cannot be done.</summary>
    public static Transition Choose(AppState state, string name)
    {
        if (state.Commands.Find(name) is not { } command)
            return Unknown(state, name);
        var before = state with { IsCopying = false };
        if (command.WhyNot(before) is { } reason)
            return before.Tell(StatusLevel.Warning, reason);
        return command.Run?.Invoke(before) ?? before;
    }

    /// <summary>Does what was typed after <c>:</c>: a command's name, or a name and an argument.</summary>
    public static Transition Enter(AppState state, string line)
    {
        var text = line.Trim();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var name = space < 0 ? text : text[..space];
        var argument = space < 0 ? "" : text[(space + 1)..].Trim();
        if (argument.Length == 0)
            return text.Length == 0 ? state : Choose(state, name);
        return LineCommands.Run(state, name, argument) ?? Unknown(state, name);
    }

    private static AppState Unknown(AppState state, string name)
    {
        var nearest = NearestWord.Find(name, state.Commands.All.Select(command => command.Name));
        return state.Tell(
            StatusLevel.Warning,
            nearest is null
                ? $"there is no command {name}; : lists them"
                : $"there is no command {name}; did you mean {nearest}?"
        );
    }
}
