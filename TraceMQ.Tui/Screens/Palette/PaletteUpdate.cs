using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Choosing;

namespace TraceMQ.Tui.Screens.Palette;

/// <summary>The command palette: every command by name, with its key and why it is not at hand.</summary>
internal static class PaletteUpdate
{
    /// <summary>Opens it.</summary>
    public static Transition Open(AppState state) =>
        state.Open(
            new ChoosingState
            {
                Title = "Command",
                HasQuery = true,
                All =
                [
                    .. state
                        .Commands.All.Where(command => !command.IsMotion && command.Run is not null)
                        .Select(command => Row(state, command)),
                ],
            }
        );

    /// <summary>A command as a row.</summary>
    public static Choice Row(AppState state, CommandSpec command) =>
        new(
            command.Name,
            command.Help,
            command.KeyList.Count > 0 ? command.KeyList[0] : "",
            command.WhyNot(state) ?? "",
            command.Name
        );
}
