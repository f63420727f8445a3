using System.Text;
using System.Text.RegularExpressions;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Makes profiles fit to be shared: secrets become references to environment variables, paths of private keys are left out.</summary>
internal static partial class ProfileExport
{
    /// <summary>The profiles as TOML without secrets.</summary>
    public static ExportResult Export(IEnumerable<ProfileEntry> entries, IReadOnlyList<ITransport> transports)
    {
        var toml = new StringBuilder();
        var leftOut = new List<string>();
        foreach (var entry in entries)
        {
            var settings = transports.FirstOrDefault(transport => transport.Protocol == entry.Protocol) is { } transport
                ? CommonSettings.Of(transport)
                : [];
            var before = leftOut.Count;
            var values = new Dictionary<string, RawValue>(StringComparer.Ordinal);
            foreach (var (key, value) in entry.Raw.Values)
            {
                if (
                    Share(entry.Name, key, value, settings.FirstOrDefault(setting => setting.Key == key), leftOut) is
                    { } shared
                )
                    values[key] = shared;
            }

            if (toml.Length > 0)
                toml.Append('\n');
            foreach (var line in leftOut.Skip(before))
                toml.Append("# ").Append(Text.SafeText.Line(line)).Append('\n');
            toml.Append(ProfileEditor.Block(entry.Raw with { Values = values }, "\n"));
        }

        return new ExportResult(toml.ToString(), leftOut);
    }

    private static RawValue? Share(string profile, string key, RawValue value, Setting? setting, List<string> leftOut)
    {
        if (setting is { IsPrivatePath: true })
        {
            leftOut.Add($"{profile}: {key}: the path of a private file");
            return null;
        }

        // A key that this version does not know may hold anything: it is treated as what its name says.
        var isSecret = setting?.IsSecret ?? LooksSecret(key);
        return value switch
        {
            RawValue.Text text when isSecret => Hide(profile, key, text, leftOut),
            RawValue.Text text => Cleaned(profile, key, text, leftOut),
            RawValue.List list => new RawValue.List([
                .. list.Items.Select(
                    (item, i) =>
                        Share(profile, list.Items.Count == 1 ? key : $"{key}.{i + 1}", item, setting, leftOut) ?? item
                ),
            ]),
            RawValue.Table table when key != "subscribe" => ShareTable(profile, key, table, leftOut),
            _ => value,
        };
    }

    private static RawValue.Table ShareTable(string profile, string key, RawValue.Table table, List<string> leftOut)
    {
        var items = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var (name, item) in table.Items)
            items[name] =
                item is RawValue.Text text && LooksSecret(name) ? Hide(profile, $"{key}.{name}", text, leftOut) : item;
        return new RawValue.Table(items);
    }

    private static RawValue.Text Hide(string profile, string key, RawValue.Text text, List<string> leftOut)
    {
        if (text.Value.Length == 0 || IsReferenceOnly(text.Value))
            return text;
        // Where it leads to is what the other person needs to see; a text that is anything else is a secret as a whole.
        if (ConnectionString().IsMatch(text.Value))
            return Cleaned(profile, key, text, leftOut);
        var name = VariableOf(profile, key);
        leftOut.Add($"{profile}: {key}: a secret; set the environment variable {name}");
        return new RawValue.Text($"${{env:{name}}}");
    }

    private static RawValue.Text Cleaned(string profile, string key, RawValue.Text text, List<string> leftOut)
    {
        var cleaned = UrlPassword()
            .Replace(
                text.Value,
                match =>
                {
                    if (IsReferenceOnly(match.Groups["secret"].Value))
                        return match.Value;
                    var name = VariableOf(profile, key + ".password");
                    leftOut.Add($"{profile}: {key}: the password inside; set the environment variable {name}");
                    return match.Groups["before"].Value + $"${{env:{name}}}" + match.Groups["after"].Value;
                }
            );
        cleaned = ConnectionStringKey()
            .Replace(
                cleaned,
                match =>
                {
                    if (IsReferenceOnly(match.Groups["secret"].Value))
                        return match.Value;
                    var name = VariableOf(profile, key + ".key");
                    leftOut.Add($"{profile}: {key}: the key inside; set the environment variable {name}");
                    return match.Groups["before"].Value + $"${{env:{name}}}";
                }
            );
        return new RawValue.Text(cleaned);
    }

    private static bool IsReferenceOnly(string text)
    {
        try
        {
            return Reference.IsIn(text) && Reference.Split(text).All(part => part.Kind != ReferenceKind.Literal);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool LooksSecret(string name) => SecretName().IsMatch(name);

    private static string VariableOf(string profile, string key) =>
        string.Concat(
            $"{profile}_{key}".Select(character =>
                char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_'
            )
        );

    [GeneratedRegex(
        "(?<before>[a-z][a-z0-9+.-]*://[^\\s/@:]*:)(?<secret>(?:\\$\\{[^}]*\\}|[^\\s@/])+)(?<after>@)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex UrlPassword();

    [GeneratedRegex(
        "(?<before>(?:SharedAccessKey|SharedAccessSignature)=)(?<secret>[^;]+)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex ConnectionStringKey();

    // Exactly the parts that there are: a key that was cut in two must not be taken for one.
    [GeneratedRegex(
        "^\\s*(?:(?:Endpoint|SharedAccessKeyName|SharedAccessKey|SharedAccessSignature|EntityPath|UseDevelopmentEmulator)=[^;]*(?:;\\s*|$))+$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex ConnectionString();

    [GeneratedRegex(
        "pass|secret|token|authorization|cookie|api.?key|private|seed|psk_key|signature|credential",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SecretName();
}
