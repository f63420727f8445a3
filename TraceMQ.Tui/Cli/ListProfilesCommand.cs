using System.CommandLine;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles list</c>.</summary>
internal sealed class ListProfilesCommand : CliCommand
{
    private readonly Option<bool> _names = new("--names") { Description = "only the names", Hidden = true };

    public ListProfilesCommand()
        : base("list", "Writes the profiles to stdout: name, protocol, mode, URL without credentials, group.") =>
        Options.Add(_names);

    public override IReadOnlyList<string> Usage => ["profiles list"];

    public override Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var config = TargetFinder.Configuration(line.GetValue(CliOptions.Config), host);
        if (line.GetValue(_names))
        {
            host.Console.Print(string.Concat(config.Profiles.Select(entry => SafeText.Line(entry.Name) + "\n")));
            return Task.FromResult(ExitCode.Done);
        }

        var rows = config.Profiles.Select(entry => Row(entry, host)).ToList();
        var widths = Enumerable.Range(0, 5).Select(i => rows.Count == 0 ? 0 : rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
            host.Console.Print(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd() + "\n");
        foreach (var problem in config.Problems)
            host.Console.Say(problem.ToString());
        return Task.FromResult(config.Problems.Count == 0 ? ExitCode.Done : ExitCode.Usage);
    }

    private static string[] Row(ProfileEntry entry, CliHost host)
    {
        var transport = host.Transports.FirstOrDefault(candidate => candidate.Protocol == entry.Protocol);
        var url =
            entry.Raw.Values.TryGetValue(CommonSettings.Url.Key, out var raw)
            && CommonSettings.Url.TryParse(raw, out var value, out _)
                ? TargetFinder.WithoutCredentials(string.Join(',', (IReadOnlyList<string>)value), transport)
                : "";
        return
        [
            .. new[] { entry.Name, entry.Protocol, entry.IsServer ? "server" : "client", url, entry.Group }.Select(
                cell => SafeText.Line(cell)
            ),
        ];
    }
}
