using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Writes the table of settings in the README.</summary>
internal static class SettingsTable
{
    /// <summary>Markdown: key, what it is, default.</summary>
    public static string Generate(IReadOnlyList<ITransport> transports)
    {
        var text = new StringBuilder("| setting | what it is | default |\n| --- | --- | --- |\n");
        foreach (var setting in AppSettings.All)
            Append(text, setting, setting.Key);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var transport in transports)
        {
            // What protocols share stands there once.
            foreach (var setting in CommonSettings.Of(transport).Where(setting => told.Add(setting.Key)))
                Append(text, setting, setting.Key);
            foreach (var setting in transport.SubscribeSettings)
                Append(text, setting, $"{setting.Key} (of a subscription)");
            foreach (var setting in transport.PublishSettings)
                Append(text, setting, $"{setting.Key} (of a message)");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Setting setting, string key)
    {
        text.Append("| `")
            .Append(key)
            .Append("` | ")
            .Append(setting.Help.Replace("|", "\\|", StringComparison.Ordinal));
        if (setting.Choices.Count > 0)
            text.Append(" One of ")
                .Append(string.Join(", ", setting.Choices.Select(choice => $"`{choice}`")))
                .Append('.');
        text.Append(" | ").Append(setting.DefaultText.Length == 0 ? "" : $"`{setting.DefaultText}`").Append(" |\n");
    }
}
