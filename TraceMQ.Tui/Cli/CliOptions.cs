using System.CommandLine;
using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary>Options that several commands have, and how their values are read.</summary>
internal static class CliOptions
{
    /// <summary>Which configuration file.</summary>
    public static Option<string?> Config { get; } =
        new("--config")
        {
            HelpName = "FILE",
            Description =
                "the configuration; else $TRACEMQ_CONFIG, $XDG_CONFIG_HOME/tracemq/config.toml, ~/.config/tracemq/config.toml",
            Recursive = true,
        };

    /// <summary>Shows help instead of doing anything.</summary>
    public static Option<bool> Help { get; } = new("--help", "-h") { Description = "this help", Recursive = true };

    public static Argument<string> Peer() =>
        new("PROFILE|URL") { Description = "the name of a saved profile, or a URL such as mqtt://localhost:1883" };

    public static Option<string[]> Topics(string description) =>
        new("--topic", "-t")
        {
            HelpName = "TOPIC",
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };

    public static Option<string[]> Set() =>
        new("--set")
        {
            HelpName = "KEY=VALUE",
            Description =
                "sets a setting of the profile, of subscribing or of publishing: qos=1, auth.username=me, auth.password=${env:PW}; repeat it for more",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };

    public static Option<string[]> Headers() =>
        new("--header")
        {
            HelpName = "NAME=VALUE",
            Description = "a header to send beside the payload; repeat it for more",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };

    /// <summary>Reads <c>10s</c>, <c>100ms</c>.</summary>
    public static TimeSpan? Duration(ParseResult line, Option<string?> option)
    {
        if (line.GetValue(option) is not { } text)
            return null;
        return Quantity.TryParseDuration(text, out var value)
            ? value
            : throw CliException.Usage($"{option.Name} {text}: write a duration such as 500ms, 10s or 5m");
    }

    /// <summary>Reads a number of messages.</summary>
    public static long? Count(ParseResult line, Option<string?> option)
    {
        if (line.GetValue(option) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw CliException.Usage($"{option.Name} {text}: write a number of messages, at least 1");
    }

    public static IReadOnlyList<Header> ReadHeaders(ParseResult line, Option<string[]> option)
    {
        var headers = new List<Header>();
        foreach (var text in line.GetValue(option)!)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw CliException.Usage($"{option.Name} {text}: write it as name=value");
            headers.Add(new Header(text[..equals], text[(equals + 1)..]));
        }

        return headers;
    }
}
