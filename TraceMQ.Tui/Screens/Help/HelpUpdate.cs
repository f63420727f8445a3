using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Reading;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Help;

/// <summary>The keys of the place where one is, the pane's own first.</summary>
internal static class HelpUpdate
{
    /// <summary>Opens it.</summary>
    public static Transition Open(AppState state)
    {
        var scope = state.Scope;
        var lines = new List<StyledLine>();
        Section(lines, state, Title(state), command => IsHere(command, scope) && !IsWide(command) && !command.IsMotion);
        Section(lines, state, "Everywhere", command => IsHere(command, scope) && IsWide(command) && !command.IsMotion);
        Section(lines, state, "Moving", command => IsHere(command, scope) && command.IsMotion);
        lines.Add(StyledLine.Of(""));
        lines.Add(StyledLine.Of("Filter", Tone.Bright));
        foreach (var (form, meaning) in s_filter)
            lines.Add(new StyledLine().Add("  " + form.PadRight(18), Tone.Accent).Add(meaning));
        return state.Open(
            new ReadingState
            {
                Title = "Keys",
                Subtitle = "[keys] in config.toml changes them",
                Lines = lines,
            }
        );
    }

    private static readonly (string Form, string Meaning)[] s_filter =
    [
        ("kiln alarm", "both words, in topic or payload, in any case"),
        ("\"a phrase\"", "the words in this order"),
        ("topic:PATTERN", "topics in the protocol's wildcards"),
        ("/regex/", "a regular expression"),
        ("!word", "! before any of them excludes"),
    ];

    private static void Section(List<StyledLine> lines, AppState state, string title, Func<CommandSpec, bool> belongs)
    {
        var commands = state.Commands.All.Where(belongs).ToArray();
        if (commands.Length == 0)
            return;
        if (lines.Count > 0)
            lines.Add(StyledLine.Of(""));
        lines.Add(StyledLine.Of(title, Tone.Bright));
        foreach (var command in commands)
        {
            var line = new StyledLine()
                .Add("  " + string.Join(" ", command.KeyList).PadRight(18), Tone.Accent)
                .Add(command.Help.PadRight(2));
            if (command.WhyNot(state) is { } reason)
                line.Add("  " + reason, Tone.Dim);
            lines.Add(line);
        }
    }

    private static bool IsHere(CommandSpec command, Scopes scope) => (command.Scopes & scope) != 0;

    private static bool IsWide(CommandSpec command) => int.PopCount((int)(command.Scopes & Scopes.Main)) >= 4;

    private static string Title(AppState state) => state.Top is null ? $"In {state.Layout.Focus}" : "Here";
}
