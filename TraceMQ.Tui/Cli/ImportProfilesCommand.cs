using System.CommandLine;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles import</c>.</summary>
internal sealed class ImportProfilesCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "the shared profiles, or - for stdin" };
    private readonly Option<bool> _yes = new("--yes")
    {
        Description = "imports profiles that run a command or connect by themselves without asking",
    };

    public ImportProfilesCommand()
        : base("import", "Adds shared profiles to the configuration. Nothing of them is run.")
    {
        Arguments.Add(_file);
        Options.Add(_yes);
    }

    public override IReadOnlyList<string> Usage => ["profiles import FILE|- [--yes]"];

    public override IReadOnlyList<string> Notes =>
        [
            "A profile with a name that is taken gets a number. A profile that would run a command or connect by itself is shown and asked about on the terminal first; without a terminal it needs --yes.",
        ];

    public override async Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var config = TargetFinder.Configuration(line.GetValue(CliOptions.Config), host);
        if (config.Problems.Count > 0)
            throw CliException.Usage([.. config.Problems.Select(problem => problem.ToString())]);
        var file = line.GetRequiredValue(_file);
        var text = await ReadAsync(file, host, stop).ConfigureAwait(false);
        var plan = ProfileImport.Read(text, host.Transports, [.. config.Profiles.Select(entry => entry.Name)]);
        if (plan.Problems.Count > 0)
            throw CliException.Usage([.. plan.Problems.Select(problem => (problem with { File = file }).ToString())]);
        if (plan.Profiles.Count == 0)
            throw CliException.Usage($"There is no profile in {file}.");
        if (!line.GetValue(_yes))
            Confirm(plan, host.Console);
        using var store = new ProfileStore(config, host.Transports);
        foreach (var entry in plan.Profiles)
        {
            var saved = await store.SaveAsync(entry.Raw, replacing: null, stop).ConfigureAwait(false);
            if (!saved.IsSaved)
                throw CliException.Usage(saved.Text);
            host.Console.Say(saved.Text);
        }

        foreach (var missing in plan.Missing)
            host.Console.Say($"needs {missing}");
        return ExitCode.Done;
    }

    private static void Confirm(ImportPlan plan, CliConsole console)
    {
        if (plan.NeedsConfirmation.Count == 0)
            return;
        foreach (var item in plan.NeedsConfirmation)
            console.Say(item);
        var answer = console.Ask("Import them? Type yes: ", isHidden: false);
        if (answer is null)
            throw CliException.Usage("There is no terminal to ask on, so nothing was imported; --yes imports them.");
        if (answer.Trim() != "yes")
            throw CliException.Usage("Nothing was imported.");
    }

    private static async Task<string> ReadAsync(string file, CliHost host, CancellationToken stop)
    {
        if (file == "-")
        {
            using var reader = new StreamReader(host.Console.OpenInput());
            return await reader.ReadToEndAsync(stop).ConfigureAwait(false);
        }

        try
        {
            return await File.ReadAllTextAsync(file, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ExitCode.Usage, [$"{file} cannot be read: {exception.Message}"], exception);
        }
    }
}
