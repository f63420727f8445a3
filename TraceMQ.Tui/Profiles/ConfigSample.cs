using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Writes config.sample.toml from the settings: every one of them, with its help.</summary>
internal static class ConfigSample
{
    /// <summary>The whole file.</summary>
    /// <param name="transports">The protocols.</param>
    /// <param name="keys">Some commands with their keys, for an example.</param>
    public static string Generate(IReadOnlyList<ITransport> transports, IEnumerable<(string Name, string Keys)> keys)
    {
        var text = new StringBuilder();
        text.Append(
            "# Every setting of TraceMQ, with its default. Generated from the program: copy what you need to\n"
        );
        text.Append("# ~/.config/tracemq/config.toml. A line that begins with # is off.\n");
        text.Append(
            "# Any text may hold ${env:NAME}, ${file:PATH}, ${command:...} or ${prompt}; $${ is a literal ${.\n"
        );
        AppendTable(
            text,
            "ui",
            AppSettings.All.Where(setting => setting.Key.StartsWith("ui.", StringComparison.Ordinal)),
            prefix: 3
        );
        text.Append("\n[keys]                                   # by command name; help lists them\n");
        foreach (var (name, key) in keys)
            text.Append("# ").Append(name).Append(" = ").Append(TomlText.Value(new RawValue.Text(key))).Append('\n');
        AppendTable(
            text,
            "store",
            AppSettings.All.Where(setting => setting.Key.StartsWith("store.", StringComparison.Ordinal)),
            prefix: 6
        );
        foreach (var transport in transports)
            AppendProfile(text, transport);
        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, string table, IEnumerable<Setting> settings, int prefix)
    {
        text.Append("\n[").Append(table).Append("]\n");
        foreach (var setting in settings)
            AppendSetting(text, setting, setting.Key[prefix..], isOn: false);
    }

    private static void AppendProfile(StringBuilder text, ITransport transport)
    {
        text.Append("\n[profiles.\"My ").Append(transport.Protocol).Append("\"]\n");
        text.Append("protocol = \"").Append(transport.Protocol).Append("\"\n");
        foreach (var setting in CommonSettings.Of(transport))
        {
            if (setting.Key == CommonSettings.Url.Key)
            {
                var scheme = transport.Schemes[0];
                text.Append("url = \"")
                    .Append(scheme.Name)
                    .Append("://localhost:")
                    .Append(scheme.ExamplePort)
                    .Append(scheme.ExamplePath)
                    .Append("\"".PadRight(4))
                    .Append("# ")
                    .Append(setting.Help);
                text.Append(" Schemes: ")
                    .Append(string.Join(", ", transport.Schemes.Select(candidate => candidate.Name)))
                    .Append(".\n");
            }
            else if (setting.Key != CommonSettings.SubscribeKey || transport.HasSubscriptions)
            {
                AppendSetting(text, setting, setting.Key, isOn: false);
            }
        }
    }

    private static void AppendSetting(StringBuilder text, Setting setting, string key, bool isOn)
    {
        var line = $"{(isOn ? "" : "# ")}{key} = {ExampleOf(setting)}";
        text.Append(line.PadRight(40)).Append(" # ").Append(setting.Help);
        if (setting.Choices.Count > 0)
            text.Append(" One of: ").Append(string.Join(", ", setting.Choices)).Append('.');
        text.Append('\n');
    }

    private static string ExampleOf(Setting setting) =>
        setting.Example
        ?? setting.Kind switch
        {
            SettingKind.Number or SettingKind.Flag => setting.DefaultText,
            SettingKind.TextList or SettingKind.Subscriptions => "[]",
            SettingKind.Map => "{ name = \"value\" }",
            SettingKind.Secret => $"\"${{env:{setting.Label.ToUpperInvariant().Replace(' ', '_')}}}\"",
            _ => TomlText.Value(new RawValue.Text(setting.DefaultText)),
        };
}
