using System.CommandLine;
using System.Runtime.CompilerServices;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq pub</c>.</summary>
internal sealed class PubCommand : CliCommand
{
    private readonly Argument<string> _peer = CliOptions.Peer();
    private readonly Argument<string?> _payload = new("PAYLOAD|-")
    {
        Description = "the payload itself, or - to read it from stdin",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _topic = new("--topic", "-t") { HelpName = "TOPIC", Description = "where to" };
    private readonly Option<string?> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "the payload is this file",
    };
    private readonly Option<bool> _lines = new("--lines")
    {
        Description = "each line of stdin is a message, without its line feed",
    };
    private readonly Option<bool> _json = new("--json")
    {
        Description =
            "each line of stdin is a message as tracemq sub --format json writes it; -t sends all to one topic, --set and --header are over what the line says",
    };
    private readonly Option<bool> _empty = new("--empty") { Description = "an empty payload" };
    private readonly Option<string[]> _headers = CliOptions.Headers();
    private readonly Option<string?> _count = new("-n") { HelpName = "COUNT", Description = "sends it COUNT times" };
    private readonly Option<string?> _interval = new("--interval")
    {
        HelpName = "TIME",
        Description = "the pause between two messages, such as 100ms",
    };
    private readonly Option<string[]> _set = CliOptions.Set();

    public PubCommand()
        : base("pub", "Sends messages.")
    {
        Arguments.Add(_peer);
        Arguments.Add(_payload);
        foreach (var option in new Option[] { _topic, _file, _lines, _json, _empty, _headers, _count, _interval, _set })
        {
            Options.Add(option);
        }
    }

    public override IReadOnlyList<string> Usage =>
        [
            "pub PROFILE|URL [-t TOPIC] PAYLOAD|- [options]",
            "pub PROFILE|URL [-t TOPIC] --file F|--lines|--json|--empty [options]",
        ];

    public override IReadOnlyList<(string, string)> Examples =>
        [
            (
                "tracemq pub mqtt://localhost -t cmd/kiln/2/set '{\"target\":795}' --set qos=1",
                "send, and wait until the broker has it"
            ),
            ("tracemq pub 'Plant A' -t state/lamp --empty --set retain=true", "clear a retained message"),
            ("tail -f app.log | tracemq pub mqtt://localhost -t logs/app --lines", "a message a line"),
            (
                "tracemq pub mqtt://localhost --json --interval 100ms < alarms.jsonl",
                "send again what tracemq sub --format json wrote"
            ),
            ("tracemq pub mqtt://localhost -t beat -n 60 --interval 1s alive", "once a second for a minute"),
        ];

    public override IReadOnlyList<string> Notes =>
        [
            "Each message is sent when the peer has answered to the one before; the first refusal ends it with 1. A payload that begins with a dash is written after --. A profile that is marked production is not asked for again here: the command names it. A read-only profile sends nothing.",
        ];

    public override async Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        CheckSource(line);
        var target = TargetFinder.Find(
            line.GetRequiredValue(_peer),
            line.GetValue(CliOptions.Config),
            line.GetValue(_set)!,
            SettingUse.Publish,
            host
        );
        var topic = line.GetValue(_topic);
        TopicCheck.Topic(target.Transport, topic ?? "");
        if (topic is not null || !line.GetValue(_json))
            target = TopicCheck.Sending(target, topic ?? "");
        var count = CliOptions.Count(line, _count) ?? 1;
        var interval = CliOptions.Duration(line, _interval) ?? TimeSpan.Zero;
        var template = new OutgoingMessage
        {
            Topic = topic ?? "",
            Headers = CliOptions.ReadHeaders(line, _headers),
            Options = target.Settings.Publish,
        };
        IAsyncEnumerable<OutgoingMessage> messages;
        if (line.GetValue(_lines))
            messages = LinesAsync(host, template, stop);
        else if (line.GetValue(_json))
            messages = JsonLines.ReadAsync(host.Console.OpenInput(), template, target.Transport, stop);
        else
            messages = RepeatAsync(
                template with
                {
                    Payload = await PayloadAsync(line, host, stop).ConfigureAwait(false),
                },
                count
            );
        using var log = host.OpenLog();
        return await new PubRun(target, template, messages, interval)
            .RunAsync(host, log.CreateLogger("pub"), stop)
            .ConfigureAwait(false);
    }

    private void CheckSource(ParseResult line)
    {
        var payload = line.GetValue(_payload);
        var isStream = line.GetValue(_lines) || line.GetValue(_json);
        var sources =
            (payload is null || (payload == "-" && isStream) ? 0 : 1)
            + (line.GetValue(_file) is null ? 0 : 1)
            + (line.GetValue(_lines) ? 1 : 0)
            + (line.GetValue(_json) ? 1 : 0)
            + (line.GetValue(_empty) ? 1 : 0);
        if (sources == 0)
            throw CliException.Usage(
                "There is no payload: write it, or - for stdin, --file, --lines, --json or --empty."
            );
        if (sources > 1)
            throw CliException.Usage("Give one of PAYLOAD, -, --file, --lines, --json and --empty, not several.");
        if (isStream && line.GetValue(_count) is not null)
            throw CliException.Usage("-n repeats one message; it does not go with --lines and --json.");
    }

    private async Task<ReadOnlyMemory<byte>> PayloadAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        if (line.GetValue(_empty))
            return default;
        if (line.GetValue(_file) is { } path)
            return await ReadFileAsync(path, stop).ConfigureAwait(false);
        return await PayloadText.ReadAsync(line.GetValue(_payload)!, host.Console, stop).ConfigureAwait(false);
    }

    private static async Task<byte[]> ReadFileAsync(string path, CancellationToken stop)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ExitCode.Usage, [$"--file {path} cannot be read: {exception.Message}"], exception);
        }
    }

    private static async IAsyncEnumerable<OutgoingMessage> RepeatAsync(OutgoingMessage message, long count)
    {
        for (long i = 0; i < count; i++)
        {
            await Task.CompletedTask.ConfigureAwait(false);
            yield return message;
        }
    }

    private static async IAsyncEnumerable<OutgoingMessage> LinesAsync(
        CliHost host,
        OutgoingMessage template,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var lines = PayloadLines.ReadAsync(host.Console.OpenInput(), cancellationToken);
        await foreach (var line in lines.ConfigureAwait(false))
            yield return template with
            {
                Payload = line,
            };
    }
}
