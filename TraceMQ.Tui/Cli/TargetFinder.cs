using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Cli;

/// <summary>Finds what a command is to connect to.</summary>
internal static class TargetFinder
{
    /// <summary>True where a target is no profile's name: a URL, or what a protocol recognises.</summary>
    public static bool IsAddress(string text, CliHost host) =>
        text.Contains("://", StringComparison.Ordinal)
        || host.Transports.Any(transport => transport.Recognise(text) is not null);

    /// <summary>The protocol that an address means, and the profile that it stands for.</summary>
    /// <exception cref="CliException">No protocol knows it.</exception>
    public static (ITransport Transport, RawProfile Raw) OfAddress(string text, CliHost host)
    {
        foreach (var transport in host.Transports)
        {
            if (transport.Recognise(text) is { } recognised)
                return (transport, recognised);
        }

        var scheme = text[..text.IndexOf("://", StringComparison.Ordinal)];
        var found =
            host.Transports.FirstOrDefault(transport =>
                transport.Schemes.Any(known => known.Name.Equals(scheme, StringComparison.OrdinalIgnoreCase))
            )
            ?? throw CliException.Usage(
                $"{scheme}:// is no scheme of this version; there are {string.Join(", ", host.Transports.SelectMany(transport => transport.Schemes).Select(known => known.Name + "://"))}"
            );
        return (found, OfUrl(text, found));
    }

    /// <summary>Reads the configuration, be it right or wrong.</summary>
    /// <exception cref="CliException">It exists and cannot be read.</exception>
    public static ConfigFile Configuration(string? chosen, CliHost host)
    {
        var path = ConfigPath.Resolve(chosen, host.Variable);
        try
        {
            return ConfigFile.Load(path, host.Transports);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, [$"{path} cannot be read: {exception.Message}"], exception);
        }
    }

    /// <summary>Finds it; nothing is resolved or connected yet.</summary>
    /// <exception cref="CliException">There is none, or a setting is wrong.</exception>
    public static Target Find(
        string profileOrUrl,
        string? configPath,
        IReadOnlyList<string> settings,
        SettingUse use,
        CliHost host
    ) => Find(profileOrUrl, configPath, _ => settings, use, host);

    /// <summary>Finds it; nothing is resolved or connected yet.</summary>
    /// <param name="profileOrUrl">What is connected to.</param>
    /// <param name="configPath">The configuration that was named, if any.</param>
    /// <param name="settingsFor">What was set on the command line, once the protocol is known.</param>
    /// <param name="use">What the command does.</param>
    /// <param name="host">The surroundings.</param>
    /// <exception cref="CliException">There is none, or a setting is wrong.</exception>
    public static Target Find(
        string profileOrUrl,
        string? configPath,
        Func<ITransport, IReadOnlyList<string>> settingsFor,
        SettingUse use,
        CliHost host
    )
    {
        RawProfile raw;
        var folder = Directory.GetCurrentDirectory();
        ITransport transport;
        if (IsAddress(profileOrUrl, host))
        {
            (transport, raw) = OfAddress(profileOrUrl, host);
        }
        else
        {
            var config = Configuration(configPath, host);
            raw = Saved(profileOrUrl, config).Raw;
            transport = host.Transports.First(candidate => candidate.Protocol == raw.Protocol);
            folder = Path.GetDirectoryName(config.Path)!;
        }

        var assignments = SettingAssignments.Parse(transport, settingsFor(transport), use);
        var values = new Dictionary<string, RawValue>(raw.Values, StringComparer.Ordinal);
        foreach (var (key, value) in assignments.Profile)
            values[key] = value;
        var whole = raw with { Values = values };
        ThrowIfWrong(ProfileReader.Check(transport, whole));
        var resolver = new ReferenceResolver(
            new RememberedAnswers(new TerminalPrompts(host.Console)),
            folder,
            host.Variable,
            host.Time
        );
        return new Target(whole.Name, transport, assignments, token => resolver.ReadAsync(transport, whole, token));
    }

    /// <summary>A profile of the file that nothing is wrong with. Other profiles may be wrong; what belongs to none must not.</summary>
    /// <exception cref="CliException">There is none of this name, or it is wrong.</exception>
    public static ProfileEntry Saved(string name, ConfigFile config)
    {
        var entry = config.Find(name);
        var ofOthers = config.Profiles.Where(other => other != entry).SelectMany(other => other.Problems).ToHashSet();
        var problems = config.Problems.Where(problem => !ofOthers.Contains(problem)).ToList();
        if (problems.Count > 0)
            throw CliException.Usage([.. problems.Select(problem => problem.ToString())]);
        return entry ?? throw CliException.Usage(Missing(name, config));
    }

    private static string Missing(string name, ConfigFile config)
    {
        if (!config.Exists)
            return $"There is no profile \"{name}\", because there is no {config.Path} yet; give a URL such as mqtt://localhost:1883.";
        return NearestWord.Find(name, config.Profiles.Select(entry => entry.Name)) is { } nearest
            ? $"There is no profile \"{name}\" in {config.Path}; did you mean \"{nearest}\"?"
            : $"There is no profile \"{name}\" in {config.Path}; tracemq profiles list shows those that are there.";
    }

    private static void ThrowIfWrong(IReadOnlyList<SettingProblem> problems)
    {
        if (problems.Count > 0)
            throw CliException.Usage([.. Lines(problems)]);
    }

    private static IEnumerable<string> Lines(IReadOnlyList<SettingProblem> problems) =>
        problems.Select(problem => $"{problem.Key}: {problem.Sentence}");

    /// <summary>A profile that is not saved.</summary>
    private static RawProfile OfUrl(string url, ITransport transport) =>
        new(
            WithoutCredentials(url, transport),
            transport.Protocol,
            new Dictionary<string, RawValue>(StringComparer.Ordinal)
            {
                [CommonSettings.Url.Key] = new RawValue.Text(url, IsUntyped: true),
            }
        );

    /// <summary>URLs as they may be shown.</summary>
    public static string WithoutCredentials(string urls, ITransport? transport) =>
        string.Join(
            ',',
            urls.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(url =>
                    (transport is null ? null : EndpointUrl.Parse(url, transport.Schemes, out _))?.ToString() ?? "?"
                )
        );
}
