using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>What a profile's values mean together: which of them cannot be honoured, and what it leaves on the cluster.</summary>
internal static class KafkaProfileRules
{
    private static readonly Setting[] s_ofConnecting =
    [
        AuthSettings.Username,
        AuthSettings.Password,
        .. TlsSettings.All,
    ];

    public static IEnumerable<SettingProblem> Check(Profile profile) =>
        profile.Mode == ProfileMode.Server
            ? CheckServer(profile)
            : CheckAddress(profile).Concat(CheckReading(profile)).Concat(CheckCredentials(profile));

    /// <summary>Why Kafka's library cannot honour a setting that other protocols have; null where there is no more to say.</summary>
    public static string? WhyNot(string key) =>
        key == TlsSettings.ServerName.Key
            ? "Kafka's library has no such setting: url must name the broker as its certificate does; leave it out"
        : key == TlsSettings.MinVersion.Key
            ? "Kafka's library has no such setting: it accepts TLS 1.2 and newer; leave it out"
        : null;

    public static IEnumerable<string> LeavesBehind(Profile profile)
    {
        if (
            profile.Mode == ProfileMode.Client
            && profile.Values.Get(KafkaSettings.ConsumerGroup) is { Length: > 0 } group
        )
            yield return $"committed offsets of the consumer group {group}, whose other members miss what is read here";
    }

    private static IEnumerable<SettingProblem> CheckServer(Profile profile)
    {
        foreach (var setting in s_ofConnecting.Where(profile.Values.Has))
            yield return new SettingProblem(
                setting.Key,
                "the test broker takes everybody, without a password and without TLS; leave it out"
            );
    }

    private static IEnumerable<SettingProblem> CheckAddress(Profile profile)
    {
        var key = KafkaSettings.ConnectionString.Key;
        if (profile.Values.Has(KafkaSettings.ConnectionString))
        {
            var hub = HubConnectionString.Parse(
                profile.Values.Get(KafkaSettings.ConnectionString).Reveal(),
                out var problem
            );
            if (hub is null)
                yield return new SettingProblem(key, problem!);
            else
                profile = profile with { Endpoints = [KafkaWay.EndpointOf(hub)] };
            foreach (var setting in new Setting[] { CommonSettings.Url, AuthSettings.Username, AuthSettings.Password })
            {
                if (profile.Values.Has(setting))
                    yield return new SettingProblem(setting.Key, $"{key} says it already; keep one of them");
            }

            if (profile.Values.Has(KafkaSettings.SaslMechanism))
                yield return new SettingProblem(
                    KafkaSettings.SaslMechanism.Key,
                    "a connection string is always proven with PLAIN; leave it out"
                );
        }

        if (profile.Endpoints.Count == 0)
        {
            if (!profile.Values.Has(KafkaSettings.ConnectionString))
                yield return new SettingProblem(CommonSettings.Url.Key, $"it is missing; or set {key}");
            yield break;
        }

        foreach (var problem in TlsRules.Check(profile).Concat(CheckUrls(profile.Endpoints)))
            yield return problem;
    }

    private static IEnumerable<SettingProblem> CheckUrls(IReadOnlyList<Endpoint> endpoints)
    {
        if (endpoints.Select(endpoint => endpoint.Scheme).Distinct().Count() > 1)
            yield return new SettingProblem(
                CommonSettings.Url.Key,
                "all brokers of a cluster are spoken to the same way: either kafka:// or kafkas://"
            );
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.PathAndQuery is not ("" or "/")))
            yield return new SettingProblem(
                CommonSettings.Url.Key,
                $"{endpoint} has a path, and Kafka has none: a topic goes into subscribe"
            );
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Port == 0))
            yield return new SettingProblem(CommonSettings.Url.Key, $"{endpoint} has the port 0, which nobody answers");
    }

    private static IEnumerable<SettingProblem> CheckReading(Profile profile)
    {
        var values = profile.Values;
        foreach (var partition in values.Get(KafkaSettings.Partitions))
        {
            if (!KafkaTopic.TryParsePartition(partition, out _))
                yield return new SettingProblem(KafkaSettings.Partitions.Key, "write numbers as texts: [\"0\", \"3\"]");
        }

        if (values.Get(KafkaSettings.LagOf).Any(string.IsNullOrWhiteSpace))
            yield return new SettingProblem(KafkaSettings.LagOf.Key, "a group has a name");
        if (values.Get(KafkaSettings.ConsumerGroup).Length == 0)
            yield break;
        if (profile.IsReadOnly)
            yield return new SettingProblem(
                KafkaSettings.ConsumerGroup.Key,
                "a read_only profile commits no offsets and takes no partitions from others: leave it out"
            );
        if (values.Get(KafkaSettings.Partitions).Count > 0)
            yield return new SettingProblem(
                KafkaSettings.Partitions.Key,
                "in a consumer group the cluster shares the partitions out: leave it out"
            );
        if (WhyNotInGroup(values.Get(KafkaSettings.ProfileStart), until: null) is { } why)
            yield return new SettingProblem(KafkaSettings.ProfileStart.Key, why);
        foreach (var subscription in profile.Subscriptions)
        {
            if (WhyNotInGroup(profile, subscription) is { } problem)
                yield return new SettingProblem("subscribe", problem);
        }
    }

    /// <summary>Why a subscription cannot be read in the profile's consumer group; null where it can.</summary>
    public static string? WhyNotInGroup(Profile profile, Subscription subscription) =>
        KafkaTopic.Parse(subscription.Topic).Partition is not null
            ? "in a consumer group the cluster shares the partitions out: name the topic alone, or leave kafka.consumer_group out"
            : WhyNotInGroup(KafkaSettings.StartOf(profile, subscription), KafkaSettings.UntilOf(subscription));

    private static string? WhyNotInGroup(StartPoint start, StartPoint? until) =>
        start.Kind is not (StartKind.Earliest or StartKind.Latest)
            ? "a consumer group goes on where it stands: only earliest and latest, for a group that is new, go with kafka.consumer_group"
        : until is not null ? "a consumer group reads without an end: leave until out, or kafka.consumer_group"
        : null;

    private static IEnumerable<SettingProblem> CheckCredentials(Profile profile)
    {
        var values = profile.Values;
        if (values.Has(KafkaSettings.ConnectionString) || profile.Endpoints.Count == 0)
            yield break;
        var way = KafkaWay.Of(profile);
        if (way.HasUser == way.Password.IsEmpty)
            yield return new SettingProblem(
                AuthSettings.Username.Key,
                "auth.username and auth.password belong together"
            );
        if (values.Has(KafkaSettings.SaslMechanism) && !way.HasUser)
            yield return new SettingProblem(
                KafkaSettings.SaslMechanism.Key,
                "nobody is named whom it could prove: set auth.username and auth.password too"
            );
    }
}
