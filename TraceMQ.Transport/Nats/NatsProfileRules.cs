using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What a profile's values mean together.</summary>
internal static class NatsProfileRules
{
    private static readonly Setting[] s_ways =
    [
        AuthSettings.CredentialsFile,
        AuthSettings.NKeySeed,
        AuthSettings.Token,
        AuthSettings.Username,
    ];

    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in NatsWay.Check(profile))
            yield return problem;
        var values = profile.Values;
        var ways = s_ways.Where(values.Has).ToList();
        if (ways.Count > 1)
            yield return new SettingProblem(
                ways[1].Key,
                $"there is {ways[0].Key} already: a connection has one way to sign in"
            );
        if (values.Has(AuthSettings.Password) && !values.Has(AuthSettings.Username))
            yield return new SettingProblem(AuthSettings.Password.Key, "a password needs auth.username");
        foreach (var problem in ServerSettings.Check(profile))
            yield return problem;
        if (profile.Mode == ProfileMode.Server)
        {
            foreach (var problem in CheckServer(profile))
                yield return problem;
        }

        var prefix = values.Get(NatsSettings.SubjectPrefix);
        if (prefix.Length > 0 && new NatsSubjects().Validate(prefix.TrimEnd('.')) is { } wrong)
            yield return new SettingProblem(NatsSettings.SubjectPrefix.Key, wrong);
        if (values.Has(NatsSettings.Start) && !values.Has(NatsSettings.Stream))
            yield return new SettingProblem(
                NatsSettings.Start.Key,
                "only a stream has a beginning: set nats.stream too"
            );
        if (values.Has(NatsSettings.QueueGroup) && values.Has(NatsSettings.Stream))
            yield return new SettingProblem(
                NatsSettings.QueueGroup.Key,
                "a replay reads for itself alone: leave it out, or leave out nats.stream"
            );
        if (profile.IsReadOnly && (values.Has(NatsSettings.QueueGroup) || profile.Subscriptions.Any(HasGroup)))
            yield return new SettingProblem(
                NatsSettings.QueueGroup.Key,
                "a read_only profile joins no queue group: messages that come here would not reach its other members"
            );
    }

    public static IEnumerable<string> LeavesBehind(Profile profile)
    {
        var group = profile.Values.Get(NatsSettings.QueueGroup);
        if (group.Length > 0 || profile.Subscriptions.Any(HasGroup))
            yield return $"a membership of queue group {(group.Length > 0 ? group : "of a subscription")}: messages that come here do not reach its other members";
    }

    private static IEnumerable<SettingProblem> CheckServer(Profile profile)
    {
        foreach (
            var setting in new Setting[] { AuthSettings.CredentialsFile, AuthSettings.NKeySeed }.Where(
                profile.Values.Has
            )
        )
            yield return new SettingProblem(
                setting.Key,
                "our server knows users with passwords and tokens: use auth.username and auth.password, or auth.token"
            );
        if (profile.Values.Has(AuthSettings.Username) && !profile.Values.Has(AuthSettings.Password))
            yield return new SettingProblem(AuthSettings.Username.Key, "a user needs auth.password");
    }

    private static bool HasGroup(Subscription subscription) =>
        subscription.Options.Get(NatsSettings.SubscribeQueueGroup).Length > 0;
}
