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
    private readonly Option<string[]> _headers = CliOptions.Headers();
    private readonly Option<string[]> _set = CliOptions.Set();

    public RequestCommand()
        : base("request", "Sends a request and writes the replies to stdout.")
    {
        Arguments.Add(_peer);
        Arguments.Add(_payload);
        foreach (var option in new Option[] { _topic, _timeout, _headers, _set })
            Options.Add(option);
    }

    public override IReadOnlyList<string> Usage => ["request PROFILE|URL [-t TOPIC] [PAYLOAD|-] [options]"];

    public override IReadOnlyList<string> Notes =>
        ["Only for protocols that have requests; MQTT has none in this version. Exit code 3: no reply in time."];

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
        return await new RequestRun(target, request, timeout)
            .RunAsync(host, log.CreateLogger("request"), stop)
            .ConfigureAwait(false);
    }
}
