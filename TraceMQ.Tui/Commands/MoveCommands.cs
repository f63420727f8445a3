namespace TraceMQ.Tui.Commands;

/// <summary>Moving inside the focused view, which carries these out itself.</summary>
internal static class MoveCommands
{
    private const Scopes Lists = Scopes.Main | Scopes.Reading | Scopes.Browse | Scopes.Wire;

    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        Move("up", "Up k", "one row up"),
        Move("down", "Down j", "one row down"),
        Move("left", "Left h", "fold, or left"),
        Move("right", "Right l", "unfold, or right"),
        Move("page-up", "PageUp", "one page up"),
        Move("page-down", "PageDown", "one page down"),
        Move("half-page-up", "Ctrl+U", "half a page up"),
        Move("half-page-down", "Ctrl+D", "half a page down"),
        Move("first", "g Home", "to the oldest, the top"),
        Move("last", "G End", "to the newest and follow, the end"),
    ];

    private static CommandSpec Move(string name, string keys, string help) =>
        new()
        {
            Name = name,
            Keys = keys,
            Help = help,
            Scopes = Lists,
            IsMotion = true,
        };
}
