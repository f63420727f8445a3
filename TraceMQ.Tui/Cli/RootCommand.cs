using System.CommandLine;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq</c> itself: the full screen, or one of its commands.</summary>
internal sealed class RootCommand : CliCommand
{
    private readonly Argument<string?> _url = new("URL")
    {
        Description = "a connection that is not saved, such as mqtt://localhost:1883",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string[]> _profiles = new("--profile")
    {
        HelpName = "NAME",
        Description = "connects this profile at once; repeat it for more",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "publishes and changes nothing" };
    private readonly Option<bool> _demo = new("--demo")
    {
        Description = "embedded servers with simulated traffic; needs no configuration and no network",
    };
    private readonly Option<string[]> _topics = CliOptions.Topics("what to subscribe on URL; repeat it for more");
    private readonly Option<string[]> _set = CliOptions.Set();

    public RootCommand()
        : base("tracemq", "TraceMQ looks into message traffic: a full screen, and commands for scripts.")
    {
        // Without an action of its own a command with subcommands demands one of them.
        SetAction(_ => ExitCode.Done);
        Arguments.Add(_url);
        foreach (Option option in new Option[] { _profiles, _readOnly, _demo, _topics, _set, Version })
            Options.Add(option);
        Options.Add(CliOptions.Config);
        Options.Add(CliOptions.Help);
        Subcommands.Add(new SubCommand());
        Subcommands.Add(new PubCommand());
        Subcommands.Add(new RequestCommand());
        Subcommands.Add(new ProfilesCommand());
        Subcommands.Add(new CompletionCommand(this));
    }

    /// <summary>Shows the version instead of doing anything.</summary>
    public Option<bool> Version { get; } = new("--version") { Description = "the version" };

    public override IReadOnlyList<string> Usage =>
        [
            "[--config FILE] [--profile NAME]... [--read-only]",
            "--demo",
            "URL [-t TOPIC]... [--set KEY=VALUE]... [--read-only]",
            "COMMAND ...",
        ];

    public override IReadOnlyList<(string, string)> Examples =>
        [
            ("tracemq --demo", "look around, with nothing installed"),
            ("tracemq mqtt://localhost:1883 -t 'sensors/#'", "the full screen on a broker"),
            ("tracemq sub mqtt://localhost -t 'sensors/#' --format json | jq .payload", "messages for a script"),
            ("tracemq pub mqtt://localhost -t cmd/kiln/2/set '{\"target\":795}' --set qos=1", "send one back"),
        ];

    public override IReadOnlyList<string> Notes =>
        [
            "Exit codes: 0 done; 1 the peer refused, was lost or could not be reached; 2 wrong usage or configuration; 3 time-out; 130 interrupted.",
            "tracemq COMMAND --help says more.",
        ];

    public override Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var request = new ScreenRequest
        {
            ConfigPath = line.GetValue(CliOptions.Config),
            Profiles = line.GetValue(_profiles)!,
            Url = line.GetValue(_url),
            Topics = line.GetValue(_topics)!,
            Settings = line.GetValue(_set)!,
            IsDemo = line.GetValue(_demo),
            IsReadOnly = line.GetValue(_readOnly),
        };
        Check(request, host);
        return host.Screen(request);
    }

    private void Check(ScreenRequest request, CliHost host)
    {
        if (request.Url is null)
        {
            if (request.Topics.Count > 0 || request.Settings.Count > 0)
                throw CliException.Usage("-t and --set belong to a URL: tracemq URL -t TOPIC --set KEY=VALUE");
            return;
        }

        if (request.IsDemo)
            throw CliException.Usage("--demo brings its own connections: leave the URL out.");
        if (!TargetFinder.IsAddress(request.Url, host))
        {
            var nearest = NearestWord.Find(request.Url, Subcommands.Select(command => command.Name));
            throw CliException.Usage(
                nearest is null
                    ? $"{request.Url} is neither a command nor a URL; tracemq --help shows the commands, and --profile NAME connects a saved profile."
                    : $"{request.Url} is no command; did you mean {nearest}?"
            );
        }

        var (transport, _) = TargetFinder.OfAddress(request.Url, host);
        _ = SettingAssignments.Parse(transport, request.Settings, SettingUse.Subscribe | SettingUse.Publish);
        TopicCheck.Patterns(transport, request.Topics);
    }
}
