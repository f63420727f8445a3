using System.CommandLine;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles</c>.</summary>
internal sealed class ProfilesCommand : CliCommand
{
    public ProfilesCommand()
        : base("profiles", "Lists, checks, tests and shares the saved profiles.")
    {
        Subcommands.Add(new ListProfilesCommand());
        Subcommands.Add(new CheckProfilesCommand());
        Subcommands.Add(new ProfilesPathCommand());
        Subcommands.Add(new TestProfileCommand());
        Subcommands.Add(new ExportProfilesCommand());
        Subcommands.Add(new ImportProfilesCommand());
    }

    public override IReadOnlyList<string> Usage =>
        [
            "profiles list|check|path",
            "profiles test NAME|URL",
            "profiles export NAME... [-o FILE]",
            "profiles import FILE|- [--yes]",
        ];

    public override Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop) =>
        throw CliException.Usage("Say what to do: tracemq profiles list, check, path, test, export or import.");
}
