using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary>Finds what a command is to connect to.</summary>
internal static class TargetFinder
{
    public static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>The transport that the URL's scheme means.</summary>
    /// <exception cref="CliException">None does.</exception>
    public static ITransport TransportOf(string url, CliHost host)
    {
        var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
        return host.FindTransportByScheme(scheme)
            ?? throw CliException.Usage(
                $"{scheme}:// is no scheme of this version; there are {string.Join(", ", Transports.All.SelectMany(transport => transport.Schemes).Select(known => known.Name + "://"))}"
            );
    }

    /// <summary>Finds it; nothing is resolved or connected yet.</summary>
    /// <exception cref="CliException">There is none, or a setting is wrong.</exception>
    public static Target Find(
        string profileOrUrl,
        string? configPath,
        IReadOnlyList<string> settings,
        SettingUse use,
        CliHost host
    )
    {
        if (!IsUrl(profileOrUrl))
            throw CliException.Usage($"There is no profile {profileOrUrl}.");
        var transport = TransportOf(profileOrUrl, host);
        var assignments = SettingAssignments.Parse(transport, settings, use);
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            [CommonSettings.Url.Key] = new RawValue.Text(profileOrUrl, IsUntyped: true),
        };
        return TargetOf(
            new RawProfile(NameOf(profileOrUrl, transport), transport.Protocol, values),
            transport,
            assignments,
            host
        );
    }

    private static Target TargetOf(RawProfile raw, ITransport transport, SettingAssignments assignments, CliHost host)
    {
        var values = new Dictionary<string, RawValue>(raw.Values, StringComparer.Ordinal);
        foreach (var (key, value) in assignments.Profile)
            values[key] = value;
        var whole = raw with { Values = values };
        ThrowIfWrong(ProfileReader.Check(transport, whole));
        return new Target(whole.Name, transport, assignments, token => ResolveAsync(whole, transport, host, token));
    }

    private static Task<Profile> ResolveAsync(
        RawProfile raw,
        ITransport transport,
        CliHost host,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = host;
        var profile = ProfileReader.Read(transport, raw, out var problems);
        return profile is null
            ? Task.FromException<Profile>(
                new TransportException(FailureKind.Configuration, string.Join("; ", Lines(problems)))
            )
            : Task.FromResult(profile);
    }

    private static void ThrowIfWrong(IReadOnlyList<SettingProblem> problems)
    {
        if (problems.Count > 0)
            throw CliException.Usage([.. Lines(problems)]);
    }

    private static IEnumerable<string> Lines(IReadOnlyList<SettingProblem> problems) =>
        problems.Select(problem => $"{problem.Key}: {problem.Sentence}");

    private static string NameOf(string url, ITransport transport) =>
        string.Join(
            ',',
            url.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(item => EndpointUrl.Parse(item, transport.Schemes, out _)?.ToString() ?? transport.Protocol)
        );
}
