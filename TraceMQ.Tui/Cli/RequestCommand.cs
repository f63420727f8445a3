using System.CommandLine;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq request</c>.</summary>
internal sealed class RequestCommand : CliCommand
{
    private readonly Argument<string> _peer = CliOptions.Peer();
    private readonly Argument<string?> _payload = new("PAYLOAD|-")
    {
        Description = "the payload itself, or - to read it from stdin; left out: empty",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _topic = new("--topic", "-t") { HelpName = "TOPIC", Description = "where to" };
    private readonly Option<string?> _timeout = new("--timeout")
    {
        HelpName = "TIME",
        Description = "how long to wait for replies; 5s by default",
    };
    private readonly Option<string?> _count = new("--count", "-n")
    {
        HelpName = "COUNT",
        Description = "how many replies to wait for; 1 by default",
    };
    private readonly Option<string?> _format = new("--format")
    {
        HelpName = "json|text|raw",
        Description = "how replies are written; by default their payload and a line end",
    };
    private readonly Option<string[]> _headers = CliOptions.Headers();
    private readonly Option<string[]> _set = CliOptions.Set();

    public RequestCommand()
        : base("request", "Sends a request and writes the replies to stdout.")
    {
        Arguments.Add(_peer);
        Arguments.Add(_payload);
        foreach (var option in new Option[] { _topic, _timeout, _count, _format, _headers, _set })
            Options.Add(option);
    }

    public override IReadOnlyList<string> Usage => ["request PROFILE|URL [-t TOPIC] [PAYLOAD|-] [options]"];

    public override IReadOnlyList<string> Notes => ["Exit code 3: no reply in time, or fewer than -n asked for."];

    public override async Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var target = TargetFinder.Find(
            line.GetRequiredValue(_peer),
            line.GetValue(CliOptions.Config),
            line.GetValue(_set)!,
            SettingUse.Publish,
            host
        );
        var topic = line.GetValue(_topic) ?? "";
        TopicCheck.Topic(target.Transport, topic);
        target = TopicCheck.Sending(target, topic);
        var timeout = CliOptions.Duration(line, _timeout) ?? TimeSpan.FromSeconds(5);
        var request = new OutgoingMessage
        {
            Topic = topic,
            Payload = line.GetValue(_payload) is { } payload
                ? await PayloadText.ReadAsync(payload, host.Console, stop).ConfigureAwait(false)
                : default,
            Headers = CliOptions.ReadHeaders(line, _headers),
            Options = target.Settings.Publish,
        };
        using var log = host.OpenLog();
        var format = line.GetValue(_format) is { } name ? MessageFormat.Named(name, target) : new MessageFormat.Lines();
        var count = (int)Math.Min(int.MaxValue, CliOptions.Count(line, _count) ?? 1);
        return await new RequestRun(target, request, new RequestOptions(timeout, count), format)
            .RunAsync(host, log.CreateLogger("request"), stop)
            .ConfigureAwait(false);
    }
}
