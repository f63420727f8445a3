using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What a profile of a local hub cannot do, after each of its values was found good.</summary>
internal static class HubServerRules
{
    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in TlsRules.Check(profile))
            yield return problem;
        foreach (var endpoint in profile.Endpoints)
        {
            var path = endpoint.PathAndQuery;
            if (!endpoint.Scheme.Carrier.IsWebSocket && path is not ("" or "/"))
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    $"{endpoint} has a path, and AMQP over TCP has none; the hub's name is eventhubs.entity_path"
                );
            if (endpoint.Scheme.Carrier.IsWebSocket && path is not ("" or "/" or HubVocabulary.WebSocketPath))
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    $"clients ask for AMQP over WebSocket at {HubVocabulary.WebSocketPath}: leave the path out"
                );
        }

        foreach (var problem in CheckConnectionString(profile))
            yield return problem;
        foreach (var group in profile.Values.Get(HubSettings.ConsumerGroups))
        {
            if (group.Length == 0 || group.Length > 256 || group.Contains('/', StringComparison.Ordinal))
                yield return new SettingProblem(
                    HubSettings.ConsumerGroups.Key,
                    "a consumer group's name has 1 to 256 characters without a slash"
                );
        }
    }

    private static IEnumerable<SettingProblem> CheckConnectionString(Profile profile)
    {
        var key = HubSettings.ConnectionString.Key;
        var text = profile.Values.Get(HubSettings.ConnectionString);
        HubConnectionString? connection = null;
        if (!text.IsEmpty)
        {
            connection = HubConnectionString.Parse(text.Reveal(), out var problem);
            if (problem is not null)
            {
                yield return new SettingProblem(key, problem);
                yield break;
            }

            if (connection?.Signature is not null)
                yield return new SettingProblem(
                    key,
                    "a signature checks no other: a hub needs the key, SharedAccessKeyName=NAME;SharedAccessKey=KEY"
                );
        }

        if (HubServerOptions.NameOf(profile) is not { } name)
            yield return new SettingProblem(
                HubSettings.EntityPath.Key,
                "the hub has no name: set it, or write EntityPath=HUB in eventhubs.connection_string"
            );
        else if (name.Contains('/', StringComparison.Ordinal) || name.Length > 256)
            yield return new SettingProblem(
                HubSettings.EntityPath.Key,
                "a hub's name has at most 256 characters, and no slash"
            );
        if (
            profile.Values.Has(HubSettings.EntityPath)
            && connection?.EntityPath is { Length: > 0 } path
            && path != profile.Values.Get(HubSettings.EntityPath)
        )
            yield return new SettingProblem(
                HubSettings.EntityPath.Key,
                $"eventhubs.connection_string names another hub, {path}: keep one of them"
            );
        if (profile.Values.Get(HubSettings.RetentionBytes) < profile.Values.Get(HubSettings.MaximumMessage))
            yield return new SettingProblem(
                HubSettings.RetentionBytes.Key,
                "a partition must have room for the largest message, which is eventhubs.max_message"
            );
    }
}
