using System.Globalization;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What the values of a client's profile mean together, and which of them cannot be honoured.</summary>
internal static class HubClientRules
{
    private const int LongestName = 256;

    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        var key = HubSettings.ConnectionString.Key;
        var connection = HubWay.ConnectionOf(profile, out var problem);
        if (connection?.Signature is { } signature && SasToken.Parse(signature.Reveal()) is null)
            problem =
                "its SharedAccessSignature cannot be read: SharedAccessSignature sr=…&sig=…&se=…&skn=…, the signature in base64";
        if (problem is not null)
            return [new SettingProblem(key, problem)];
        if (HubWay.EndpointOf(profile, connection) is not { } endpoint)
            return [new SettingProblem(key, "it is missing; or set url")];
        return CheckAddress(profile, connection, endpoint)
            .Concat(TlsRules.Check(profile with { Endpoints = [endpoint] }))
            .Concat(CheckName(profile, connection))
            .Concat(CheckReading(profile));
    }

    /// <summary>The profile that a connection string on the command line means; null where it is none.</summary>
    public static RawProfile? Recognise(string target)
    {
        if (!HubConnectionString.IsMeant(target))
            return null;
        var connection = HubConnectionString.Parse(target, out _);
        var name =
            connection is null ? "event hub"
            : connection.EntityPath.Length > 0 ? $"{connection.EntityPath} at {connection.Host}"
            : connection.Host;
        return new RawProfile(
            name,
            "eventhubs",
            new Dictionary<string, RawValue>(StringComparer.Ordinal)
            {
                [HubSettings.ConnectionString.Key] = new RawValue.Text(target),
            }
        );
    }

    public static IEnumerable<string> LeavesBehind(Profile profile)
    {
        if (
            profile.Mode == ProfileMode.Client
            && profile.Values.Get(HubClientSettings.OwnerLevel) is var level and > HubClientSettings.NoOwnerLevel
        )
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"readers with an owner level of {level} or lower, or with none, that it has put out"
            );
    }

    private static IEnumerable<SettingProblem> CheckAddress(
        Profile profile,
        HubConnectionString? connection,
        Endpoint endpoint
    )
    {
        var url = CommonSettings.Url.Key;
        if (profile.Endpoints.Count > 1)
            yield return new SettingProblem(url, "a client reads one hub at one address: keep one of them");
        if (endpoint.Port == 0)
            yield return new SettingProblem(url, $"{endpoint} has the port 0, which nobody answers");
        if (profile.Endpoints.Count > 0 && profile.Values.Has(HubClientSettings.WebSocket))
            yield return new SettingProblem(
                HubClientSettings.WebSocket.Key,
                "url says it already: amqp+ws:// or amqp+wss://; leave it out"
            );
        if (endpoint.Username is not null && (connection?.Key is not null || connection?.Signature is not null))
            yield return new SettingProblem(
                url,
                $"{HubSettings.ConnectionString.Key} says already who we are: leave the user out"
            );
        if (endpoint.Username is not null && endpoint.Password is null)
            yield return new SettingProblem(url, "a user without a password proves nothing: amqp://NAME:KEY@HOST");
        var path = endpoint.PathAndQuery;
        if (endpoint.Scheme.Carrier.IsWebSocket && path is not ("" or "/" or HubVocabulary.WebSocketPath))
            yield return new SettingProblem(
                url,
                $"AMQP over WebSocket is at {HubVocabulary.WebSocketPath}: leave the path out; the hub's name is eventhubs.entity_path"
            );
    }

    private static IEnumerable<SettingProblem> CheckName(Profile profile, HubConnectionString? connection)
    {
        var key = HubSettings.EntityPath.Key;
        var names = HubWay.HubOf(profile, connection);
        if (names.Count == 0)
            yield return new SettingProblem(
                key,
                connection is null
                    ? "which event hub is not said: set it"
                    : "the connection string is of a whole namespace: set it, or add EntityPath=HUB to the connection string"
            );
        else if (names.Count > 1)
            yield return new SettingProblem(
                key,
                $"several hubs are named, {string.Join(" and ", names)}: keep one of them"
            );
        else if (names[0].Length > LongestName || names[0].Any(char.IsControl))
            yield return new SettingProblem(key, $"a hub's name has at most {LongestName} characters");
    }

    private static IEnumerable<SettingProblem> CheckReading(Profile profile)
    {
        var values = profile.Values;
        var topics = new HubTopics();
        var partitions = values.Get(HubClientSettings.Partitions);
        if (partitions.Any(partition => partition.Length == 0 || topics.Validate(partition) is not null))
            yield return new SettingProblem(HubClientSettings.Partitions.Key, "write numbers as texts: [\"0\", \"3\"]");
        if (values.Get(HubClientSettings.ReadKey).Length > 0)
        {
            if (partitions.Count > 0)
                yield return new SettingProblem(
                    HubClientSettings.Partitions.Key,
                    "eventhubs.partition_key says which partition is read: leave it out"
                );
            if (profile.Subscriptions.Any(subscription => subscription.Topic.Length > 0))
                yield return new SettingProblem(
                    "subscribe",
                    "eventhubs.partition_key says which partition is read: leave the partition out"
                );
        }

        if (profile.IsReadOnly && values.Get(HubClientSettings.OwnerLevel) > HubClientSettings.NoOwnerLevel)
            yield return new SettingProblem(
                HubClientSettings.OwnerLevel.Key,
                "a read_only profile takes no partitions from others: leave it out"
            );
    }
}
