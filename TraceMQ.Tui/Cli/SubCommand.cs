using System.CommandLine;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq sub</c>.</summary>
internal sealed class SubCommand : CliCommand
{
    private readonly Argument<string> _peer = CliOptions.Peer();
    private readonly Option<string[]> _topics = CliOptions.Topics(
        "what to receive, with the protocol's wildcards; repeat it for more; else the profile's subscribe list"
    );
    private readonly Option<string?> _format = new("--format")
    {
        HelpName = "json|text|raw",
        Description =
            "json: an object a line; text: time, topic, payload (the default); raw: the payloads' bytes and nothing else",
    };
    private readonly Option<string?> _filter = new("--filter")
    {
        HelpName = "EXPR",
        Description =
            "only matching messages: words in topic or payload, \"a phrase\", topic:PATTERN, /regex/; ! before any excludes",
    };
    private readonly Option<string?> _count = new("-n")
    {
        HelpName = "COUNT",
        Description = "ends after COUNT messages",
    };
    private readonly Option<string?> _timeout = new("--timeout")
    {
        HelpName = "TIME",
        Description = "ends after TIME, such as 10s; with -n the exit code is 3 where messages are missing",
    };
    private readonly Option<bool> _noRetry = new("--no-retry")
    {
        Description = "ends with 1 when the connection is lost",
    };
    private readonly Option<string?> _start = new("--start")
    {
        HelpName = "WHEN",
        Description =
            "begins with stored messages where the protocol keeps some: earliest, latest, last:N, sequence:N, offset:N, -20m, a time",
    };
    private readonly Option<string?> _until = new("--until")
    {
        HelpName = "WHEN|end",
        Description = "ends there, that message included; end: when all that was stored at the start has come",
    };
    private readonly Option<string[]> _set = CliOptions.Set();

    public SubCommand()
        : base("sub", "Writes received messages to stdout.")
    {
        Arguments.Add(_peer);
        foreach (
            var option in new Option[] { _topics, _format, _filter, _count, _timeout, _noRetry, _start, _until, _set }
        )
        {
            Options.Add(option);
        }
    }

    public override IReadOnlyList<string> Usage => ["sub PROFILE|URL [-t TOPIC]... [options]"];

    public override IReadOnlyList<(string, string)> Examples =>
        [
            ("tracemq sub 'Plant A'", "what the profile subscribes, until Ctrl+C"),
            ("tracemq sub mqtt://localhost -t 'sensors/#' -n 1 --timeout 5s", "wait for one message"),
            (
                "tracemq sub 'Plant A' -t 'alarms/#' --format json --filter '!heartbeat' > alarms.jsonl",
                "record for tracemq pub --json"
            ),
            (
                "tracemq sub mqtts://broker -t a/b --set qos=1 --set auth.username=me --set 'auth.password=${env:PW}'",
                "with settings"
            ),
        ];

    public override IReadOnlyList<string> Notes =>
        [
            "Stderr says \"subscribed TOPIC\" once the peer has accepted a subscription, and \"listening on URL\" for a profile that listens; there -t only selects. A connection that is lost is tried again until it is back. Messages that came faster than they could be written are counted on stderr at the end.",
            "Exit codes: 0 -n messages came, --until is reached, --timeout is over, a signal without -n, or the reader of stdout has gone; 1 refused, lost with --no-retry, or no first connection; 2 wrong usage or configuration; 3 --timeout before -n messages; 130 a signal before -n messages.",
        ];

    public override async Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var topics = line.GetValue(_topics)!;
        var target = TargetFinder.Find(
            line.GetRequiredValue(_peer),
            line.GetValue(CliOptions.Config),
            transport => [.. line.GetValue(_set)!, .. History(line, transport)],
            SettingUse.Subscribe,
            host
        );
        TopicCheck.Patterns(target.Transport, topics);
        var request = new SubRequest
        {
            Target = target,
            Topics = topics,
            Count = CliOptions.Count(line, _count),
            EndsWithHistory = line.GetValue(_until) is not null,
            Timeout = CliOptions.Duration(line, _timeout),
            Retries = !line.GetValue(_noRetry),
            Format = MessageFormat.Named(line.GetValue(_format) ?? "text", target),
            Filter = Filter(line.GetValue(_filter), target.Transport),
        };
        using var log = host.OpenLog();
        return await new SubRun(request, host, log.CreateLogger("sub")).RunAsync(stop).ConfigureAwait(false);
    }

    /// <summary><c>--start</c> and <c>--until</c> are settings of a subscription, where its protocol keeps something to read from.</summary>
    private IEnumerable<string> History(ParseResult line, ITransport transport)
    {
        foreach (var (option, key) in new[] { (_start, StartPoint.StartKey), (_until, StartPoint.UntilKey) })
        {
            if (line.GetValue(option) is not { } when)
                continue;
            if (transport.SubscribeSettings.FirstOrDefault(setting => setting.Key == key) is not { } setting)
                throw CliException.Usage(
                    $"{option.Name}: {transport.Protocol} keeps no history to read from; leave it out to receive from now on."
                );
            if (!setting.TryParse(new RawValue.Text(when, IsUntyped: true), out _, out var problem))
                throw CliException.Usage($"{option.Name} {when}: {problem}");
            yield return $"{key}={when}";
        }
    }

    private static Func<Message, bool>? Filter(string? expression, ITransport transport)
    {
        if (expression is null)
            return null;
        var parsed = MessageFilter.Parse(expression, [transport.Topics]);
        if (parsed.Filter is not { } filter)
            throw CliException.Usage($"--filter: {parsed.Problem} (at character {parsed.Position + 1})");
        return message => filter.Matches(transport.Topics, message.Topic, message.Payload.Span);
    }
}
