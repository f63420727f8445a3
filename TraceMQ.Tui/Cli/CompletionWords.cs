using System.CommandLine;

namespace TraceMQ.Tui.Cli;

/// <summary>What can be completed after a command.</summary>
/// <param name="Path">The command's words after the program's name; empty for the program itself.</param>
/// <param name="Subcommands">Commands with what they do.</param>
/// <param name="Options">Its options.</param>
/// <param name="Values">Fixed words that its argument may be.</param>
/// <param name="TakesProfile">True where the name of a saved profile can follow.</param>
/// <param name="TakesFile">True where a file can follow.</param>
internal sealed record CompletionWords(
    string Path,
    IReadOnlyList<(string Name, string Meaning)> Subcommands,
    IReadOnlyList<CompletionWords.OptionWords> Options,
    IReadOnlyList<string> Values,
    bool TakesProfile,
    bool TakesFile
)
{
    /// <summary>Every command of the tree.</summary>
    public static IReadOnlyList<CompletionWords> Of(Command root)
    {
        var all = new List<CompletionWords>();
        Collect(root, "", all);
        return all;
    }

    private static void Collect(Command command, string path, List<CompletionWords> all)
    {
        var arguments = command.Arguments.Select(argument => argument.Name).ToList();
        all.Add(
            new CompletionWords(
                path,
                [.. command.Subcommands.Select(item => (item.Name, item.Description ?? ""))],
                [.. CliHelp.OptionsOf(command).Where(option => !option.Hidden).Select(OptionWords.Of)],
                [.. arguments.Where(IsChoice).SelectMany(name => name.Split('|'))],
                arguments.Exists(name => name is "PROFILE|URL" or "NAME"),
                arguments.Contains("FILE", StringComparer.Ordinal)
            )
        );
        foreach (var subcommand in command.Subcommands)
            Collect(subcommand, path.Length == 0 ? subcommand.Name : path + " " + subcommand.Name, all);
    }

    private static bool IsChoice(string name) =>
        name.Contains('|', StringComparison.Ordinal)
        && name.All(letter => letter == '|' || char.IsAsciiLetterLower(letter));

    /// <summary>An option.</summary>
    /// <param name="Names">Short and long.</param>
    /// <param name="Meaning">What it does.</param>
    /// <param name="TakesValue">True where a value follows.</param>
    /// <param name="TakesFile">True where the value is a file.</param>
    /// <param name="TakesProfile">True where the value is the name of a profile.</param>
    /// <param name="Values">The words that the value may be, where they are fixed.</param>
    internal sealed record OptionWords(
        IReadOnlyList<string> Names,
        string Meaning,
        bool TakesValue,
        bool TakesFile,
        bool TakesProfile,
        IReadOnlyList<string> Values
    )
    {
        public static OptionWords Of(Option option) =>
            new(
                [.. option.Aliases.Append(option.Name).OrderBy(name => name.Length)],
                option.Description ?? "",
                option.HelpName is not null,
                option.HelpName == "FILE",
                option.Name == "--profile",
                option.HelpName is { } name && IsChoice(name) ? name.Split('|') : []
            );
    }
}
