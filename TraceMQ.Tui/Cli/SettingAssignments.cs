using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Cli;

/// <summary>The <c>--set key=value</c> of a command, given to what they set.</summary>
/// <param name="Profile">By dotted key, unchecked: the profile's reader has the last word.</param>
/// <param name="Subscribe">For subscriptions.</param>
/// <param name="Publish">For messages to send.</param>
internal sealed record SettingAssignments(
    IReadOnlyDictionary<string, RawValue> Profile,
    SettingValues Subscribe,
    SettingValues Publish
)
{
    /// <summary>Reads them.</summary>
    /// <param name="transport">The protocol that they are for.</param>
    /// <param name="written">As written: <c>key=value</c>.</param>
    /// <param name="use">What the command does; a setting of anything else is an error.</param>
    /// <exception cref="CliException">A key is unknown or a value does not fit; all of them are named.</exception>
    public static SettingAssignments Parse(ITransport transport, IReadOnlyList<string> written, SettingUse use)
    {
        var profile = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        var subscribe = SettingValues.Empty;
        var publish = SettingValues.Empty;
        var problems = new List<string>();
        foreach (var item in written)
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problems.Add($"--set {item}: write it as key=value, such as --set qos=1");
                continue;
            }

            var key = item[..equals];
            var value = new RawValue.Text(item[(equals + 1)..], IsUntyped: true);
            var isMessages = TrySet(transport.PublishSettings, SettingUse.Publish, ref publish);
            var isSubscriptions = TrySet(transport.SubscribeSettings, SettingUse.Subscribe, ref subscribe);
            if (isMessages || isSubscriptions)
                continue;
            if (CommonSettings.Of(transport).FirstOrDefault(setting => setting.Key == key) is { } common)
                profile[key] = common.Kind == SettingKind.File ? FromHere(value) : value;
            else
                problems.Add(Unknown(transport, key, use));

            bool TrySet(IReadOnlyList<Setting> settings, SettingUse wanted, ref SettingValues values)
            {
                if (!use.HasFlag(wanted) || settings.FirstOrDefault(setting => setting.Key == key) is not { } found)
                    return false;
                if (found.TryParse(value, out var parsed, out var problem))
                    values = values.WithObject(found, parsed);
                else if (!problems.Contains($"--set {key}: {problem}", StringComparer.Ordinal))
                    problems.Add($"--set {key}: {problem}");
                return true;
            }
        }

        return problems.Count == 0
            ? new SettingAssignments(profile, subscribe, publish)
            : throw CliException.Usage(problems);
    }

    // Whoever types a path means the folder that they are in, wherever the profile lies. Where a path begins with a reference nobody knows yet.
    private static RawValue.Text FromHere(RawValue.Text path) =>
        path.Value.StartsWith("${", StringComparison.Ordinal)
            ? path
            : path with
            {
                Value = UserPath.Absolute(path.Value, Directory.GetCurrentDirectory()),
            };

    private static string Unknown(ITransport transport, string key, SettingUse use)
    {
        if (transport.PublishSettings.Any(setting => setting.Key == key))
            return $"--set {key}: it is a setting of a message to send, and this command sends none";
        if (transport.SubscribeSettings.Any(setting => setting.Key == key))
            return $"--set {key}: it is a setting of a subscription, and this command makes none";
        var known = CommonSettings
            .Of(transport)
            .Concat(use.HasFlag(SettingUse.Subscribe) ? transport.SubscribeSettings : [])
            .Concat(use.HasFlag(SettingUse.Publish) ? transport.PublishSettings : [])
            .Select(setting => setting.Key)
            .ToList();
        // Whoever writes only the last part of a key means that key.
        var nearest =
            known.Find(candidate => candidate.EndsWith("." + key, StringComparison.Ordinal))
            ?? NearestWord.Find(key, known);
        return nearest is null
            ? $"--set {key}: {transport.Protocol} has no such setting in this version"
            : $"--set {key}: {transport.Protocol} has no such setting in this version; did you mean {nearest}?";
    }
}
