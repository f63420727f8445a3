using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Cli;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Demo;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tui;

/// <summary>From what the command line asks for to a running full screen.</summary>
internal static class FullScreen
{
    /// <summary>Runs it until it is left; gives the exit code.</summary>
    /// <exception cref="CliException">The request, the configuration or the terminal does not allow it.</exception>
    public static async Task<int> RunAsync(ScreenRequest request, CliHost host)
    {
        if (TerminalSetup.Refuse(host.Variable, host.Console.IsTerminal) is { } refusal)
            throw CliException.Usage(refusal);
        using var logs = host.OpenLog();
        if (request.IsDemo)
            return await RunDemoAsync(request, host, logs).ConfigureAwait(false);
        var config = TargetFinder.Configuration(request.ConfigPath, host);
        var wanted = request.Profiles.Select(name => TargetFinder.Saved(name, config).Raw).ToList();
        wanted.AddRange(
            AutoConnected(config).Where(profile => !request.Profiles.Contains(profile.Name, StringComparer.Ordinal))
        );
        if (request.Url is { } url)
            wanted.Add(OfUrl(url, request, host));
        return Show(config, wanted, request, host, logs);
    }

    private static IEnumerable<RawProfile> AutoConnected(ConfigFile config) =>
        config.Profiles.Where(entry => entry.AutoConnect && entry.Problems.Count == 0).Select(entry => entry.Raw);

    private static async Task<int> RunDemoAsync(ScreenRequest request, CliHost host, ILoggerFactory logs)
    {
        // Profiles made while looking around go with the demo: it leaves nothing behind.
        var folder = Directory.CreateTempSubdirectory("tracemq-demo-");
        try
        {
            var demo = await DemoServers
                .StartAsync(Transports.Find("mqtt")!, host.Time, logs, CancellationToken.None)
                .ConfigureAwait(false);
            await using (demo.ConfigureAwait(false))
            {
                var path = Path.Combine(folder.FullName, "config.toml");
                await File.WriteAllTextAsync(path, demo.Profiles.Aggregate("", ProfileEditor.Add))
                    .ConfigureAwait(false);
                var config = ConfigFile.Load(path, host.Transports);
                return Show(config, AutoConnected(config), request, host, logs);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Show(
        ConfigFile config,
        IEnumerable<RawProfile> wanted,
        ScreenRequest request,
        CliHost host,
        ILoggerFactory logs
    ) =>
        new ScreenHost(
            new ScreenStart
            {
                Config = config,
                Transports = host.Transports,
                Environment = host.Variable,
                IsReadOnly = request.IsReadOnly,
                Events = [.. wanted.Select(profile => (AppEvent)new ConnectWanted(profile))],
            },
            host.Time,
            logs
        ).Run();

    private static RawProfile OfUrl(string url, ScreenRequest request, CliHost host)
    {
        var (transport, raw) = TargetFinder.OfAddress(url, host);
        var settings = SettingAssignments.Parse(transport, request.Settings, SettingUse.Subscribe | SettingUse.Publish);
        var values = new Dictionary<string, RawValue>(raw.Values, StringComparer.Ordinal);
        foreach (var (key, value) in settings.Profile)
            values[key] = value;
        if (request.Topics.Count > 0)
        {
            var subscriptions = request.Topics.Select(topic => new Subscription(topic, settings.Subscribe)).ToArray();
            values["subscribe"] = CommonSettings.Subscribe(transport).ToRaw(subscriptions);
        }

        return raw with
        {
            Values = values,
        };
    }
}
