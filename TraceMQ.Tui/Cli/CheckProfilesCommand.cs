using System.CommandLine;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles check</c>.</summary>
internal sealed class CheckProfilesCommand()
    : CliCommand("check", "Says everything that is wrong with the configuration.")
{
    public override IReadOnlyList<string> Usage => ["profiles check"];

    public override IReadOnlyList<string> Notes =>
        [
            "Each problem is a line on stderr, FILE:LINE:COLUMN: KEY: what is wrong, and the exit code is 2. References are not resolved and nothing is connected.",
        ];

    public override Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var config = TargetFinder.Configuration(line.GetValue(CliOptions.Config), host);
        if (!config.Exists)
            throw CliException.Usage($"There is no {config.Path}.");
        if (config.Problems.Count > 0)
            throw CliException.Usage([.. config.Problems.Select(problem => problem.ToString())]);
        host.Console.Say(
            $"{config.Path}: {config.Profiles.Count} {(config.Profiles.Count == 1 ? "profile" : "profiles")}, nothing wrong"
        );
        return Task.FromResult(ExitCode.Done);
    }
}
