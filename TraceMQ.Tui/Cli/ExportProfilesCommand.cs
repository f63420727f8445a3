using System.CommandLine;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles export</c>.</summary>
internal sealed class ExportProfilesCommand : CliCommand
{
    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = "the profiles",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string?> _output = new("-o")
    {
        HelpName = "FILE",
        Description = "writes to FILE instead of stdout",
    };

    public ExportProfilesCommand()
        : base("export", "Writes profiles as TOML without secrets and private keys, to be shared.")
    {
        Arguments.Add(_names);
        Options.Add(_output);
    }

    public override IReadOnlyList<string> Usage => ["profiles export NAME... [-o FILE]"];

    public override IReadOnlyList<string> Notes => ["What is left out is said on stderr first."];

    public override async Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var config = TargetFinder.Configuration(line.GetValue(CliOptions.Config), host);
        var entries = line.GetRequiredValue(_names)
            .Distinct()
            .Select(name => TargetFinder.Saved(name, config))
            .ToList();
        var export = ProfileExport.Export(entries, host.Transports);
        foreach (var left in export.LeftOut)
            host.Console.Say($"left out: {left}");
        if (line.GetValue(_output) is not { } path)
        {
            host.Console.Print(export.Toml);
            return ExitCode.Done;
        }

        try
        {
            await AtomicFile.WriteAsync(path, export.Toml, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, [$"{path} cannot be written: {exception.Message}"], exception);
        }

        return ExitCode.Done;
    }
}
