using System.CommandLine;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles path</c>.</summary>
internal sealed class ProfilesPathCommand()
    : CliCommand("path", "Writes the path of the configuration to stdout, be it there or not.")
{
    public override IReadOnlyList<string> Usage => ["profiles path"];

    public override Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        host.Console.Print(ConfigPath.Resolve(line.GetValue(CliOptions.Config), host.Variable) + "\n");
        return Task.FromResult(ExitCode.Done);
    }
}
