using System.CommandLine;
using System.Threading.Channels;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq profiles test</c>.</summary>
internal sealed class TestProfileCommand : CliCommand
{
    private readonly Argument<string> _peer = CliOptions.Peer();
    private readonly Option<string[]> _set = CliOptions.Set();

    public TestProfileCommand()
        : base("test", "Tries a connection step by step, and says where it fails and why.")
    {
        Arguments.Add(_peer);
        Options.Add(_set);
    }

    public override IReadOnlyList<string> Usage => ["profiles test PROFILE|URL [--set KEY=VALUE]..."];

    public override async Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var target = TargetFinder.Find(
            line.GetRequiredValue(_peer),
            line.GetValue(CliOptions.Config),
            line.GetValue(_set)!,
            SettingUse.Connect,
            host
        );
        var profile = await target.Resolve(stop).ConfigureAwait(false);
        if (profile.Mode == ProfileMode.Server)
            throw CliException.Usage($"{target.Name} listens; there is nobody to connect to.");
        using var log = host.OpenLog();
        var context = new SessionContext(
            new Inbox(1, 1, () => { }),
            Channel.CreateBounded<Notice>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }),
            host.Time,
            log.CreateLogger("test")
        );
        var exit = ExitCode.Done;
        await foreach (var step in target.Transport.TestAsync(profile, context, stop).ConfigureAwait(false))
        {
            if (step.Failure is { } kind)
                exit = kind == FailureKind.Configuration ? ExitCode.Usage : ExitCode.Failed;
            host.Console.Print(
                SafeText.Line(
                    $"{(step.IsPassed ? "ok    " : "failed")}  {step.Name, -15} {step.Elapsed.TotalMilliseconds, 6:0} ms  {step.Text}"
                ) + "\n"
            );
        }

        return exit;
    }
}
