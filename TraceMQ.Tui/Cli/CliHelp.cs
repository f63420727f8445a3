using System.CommandLine;
using System.Text;

namespace TraceMQ.Tui.Cli;

/// <summary>The help of a command, made from its declaration.</summary>
internal static class CliHelp
{
    private const int Width = 100;
    private const int WidestTerm = 30;

    public static string Of(CliCommand command)
    {
        var text = new StringBuilder();
        text.Append(command.Description).Append("\n\n");
        text.Append("Usage\n");
        foreach (var line in command.Usage)
            text.Append("  tracemq ").Append(line.TrimEnd()).Append('\n');
        Section(text, "Commands", command.Subcommands.Select(item => (item.Name, item.Description ?? "")));
        Section(text, "Arguments", command.Arguments.Select(item => (item.Name, item.Description ?? "")));
        Section(
            text,
            "Options",
            OptionsOf(command).Where(item => !item.Hidden).Select(item => (Term(item), item.Description ?? ""))
        );
        if (command.Examples.Count > 0)
            text.Append("\nExamples\n");
        foreach (var (commandLine, meaning) in command.Examples)
            text.Append("  # ").Append(meaning).Append("\n  ").Append(commandLine).Append('\n');
        foreach (var note in command.Notes)
            text.Append('\n').AppendJoin('\n', Wrap(note, Width)).Append('\n');
        return text.ToString();
    }

    /// <summary>The options of a command, with those that all commands have.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat([CliOptions.Config, CliOptions.Help]).Distinct();

    private static string Term(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        return option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    private static void Section(StringBuilder text, string title, IEnumerable<(string Term, string Meaning)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        text.Append('\n').Append(title).Append('\n');
        var width = Math.Min(WidestTerm, all.Max(row => row.Term.Length)) + 4;
        foreach (var (term, meaning) in all)
        {
            var lines = Wrap(meaning, Width - width);
            text.Append("  ").Append(term.PadRight(width - 2));
            if (term.Length > width - 4)
                text.Append('\n').Append(' ', width);
            text.AppendJoin("\n" + new string(' ', width), lines).Append('\n');
        }
    }

    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        lines.Add(line.ToString());
        return lines;
    }
}
