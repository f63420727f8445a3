using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What a profile's values mean together: which of them its version and mode cannot honour, and what it leaves on the broker.</summary>
internal static class MqttProfileRules
{
    private static readonly Setting[] s_clientOnly =
    [
        MqttSettings.Version,
        MqttSettings.ClientId,
        MqttSettings.KeepAlive,
        MqttSettings.CleanSession,
        MqttSettings.SessionExpiry,
        MqttSettings.ReceiveMaximum,
        MqttSettings.MaximumPacketSize,
        MqttSettings.RequestResponseInformation,
        MqttSettings.UserProperties,
        MqttSettings.WebSocketHeaders,
        MqttSettings.Proxy,
        .. MqttWillSettings.All,
    ];

    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in MqttWay.Check(profile))
            yield return problem;
        var problems = profile.Mode == ProfileMode.Server ? CheckServer(profile) : CheckClient(profile);
        foreach (var problem in problems)
            yield return problem;
    }

    public static IEnumerable<string> LeavesBehind(Profile profile)
    {
        if (profile.Mode == ProfileMode.Server)
            yield break;
        if (profile.Values.Get(MqttSettings.Version) != "5.0")
        {
            if (!profile.Values.Get(MqttSettings.CleanSession))
                yield return "a session that the broker keeps, with its subscriptions and the messages missed";
        }
        else if (MqttIdentity.SessionExpiryOf(profile) is var expiry && expiry > TimeSpan.Zero)
        {
            yield return $"a session that the broker keeps for {Quantity.Format(expiry)}, with its subscriptions and the messages missed";
        }

        if (MqttWill.Of(profile) is { } will)
            yield return $"a last will, which the broker publishes to {will.Topic} where the connection is lost";
        foreach (var shared in profile.Subscriptions.Where(item => MqttTopics.IsShared(item.Topic)))
            yield return $"a membership of the shared subscription {shared.Topic}: messages that come here do not reach its other members";
    }

    /// <summary>Why MQTT does not allow a subscription with these options; null where it does.</summary>
    public static string? WhyNotAllowed(Subscription subscription) =>
        MqttTopics.IsShared(subscription.Topic) && subscription.Options.Get(MqttSettings.NoLocal)
            ? $"MQTT does not allow no_local with the shared subscription \"{subscription.Topic}\"; leave it out"
            : null;

    private static IEnumerable<SettingProblem> CheckServer(Profile profile)
    {
        foreach (var setting in s_clientOnly.Where(profile.Values.Has))
            yield return new SettingProblem(
                setting.Key,
                "a broker has no such setting: leave it out, or use mode = \"client\""
            );
        if (profile.Values.Has(AuthSettings.Password) != profile.Values.Has(AuthSettings.Username))
            yield return new SettingProblem(
                AuthSettings.Username.Key,
                "auth.username and auth.password belong together"
            );
    }

    private static IEnumerable<SettingProblem> CheckClient(Profile profile)
    {
        var values = profile.Values;
        var version = values.Get(MqttSettings.Version);
        var keepAlive = values.Get(MqttSettings.KeepAlive);
        var clientId = values.Get(MqttSettings.ClientId);
        if (keepAlive.Ticks % TimeSpan.TicksPerSecond != 0)
            yield return new SettingProblem(MqttSettings.KeepAlive.Key, "MQTT counts it in whole seconds");
        if (values.Get(MqttSettings.SessionExpiry).Ticks % TimeSpan.TicksPerSecond != 0)
            yield return new SettingProblem(MqttSettings.SessionExpiry.Key, "MQTT counts it in whole seconds");
        if (
            new MqttTopics().Validate(clientId.Length == 0 ? "-" : clientId.Replace('+', '-').Replace('#', '-'))
            is not null
        )
            yield return new SettingProblem(MqttSettings.ClientId.Key, "it must be at most 65,535 bytes without NUL");
        if (version != "5.0")
        {
            foreach (var problem in CheckVersion3(profile, version))
                yield return problem;
        }

        foreach (var problem in MqttWill.Check(profile, version))
            yield return problem;
        foreach (var problem in profile.Subscriptions.Select(WhyNotAllowed).OfType<string>())
            yield return new SettingProblem("subscribe", problem);
        if (!values.Get(MqttSettings.CleanSession) && clientId.Length == 0)
            yield return new SettingProblem(
                MqttSettings.CleanSession.Key,
                "a kept session is found again by its client id: set mqtt.client_id too"
            );
        if (profile.IsReadOnly)
        {
            if (!values.Get(MqttSettings.CleanSession))
                yield return new SettingProblem(
                    MqttSettings.CleanSession.Key,
                    "a read_only profile leaves no session behind"
                );
            else if (MqttIdentity.SessionExpiryOf(profile) > TimeSpan.Zero)
                yield return new SettingProblem(
                    MqttSettings.SessionExpiry.Key,
                    "a read_only profile leaves no session behind"
                );
            if (profile.Subscriptions.Any(item => MqttTopics.IsShared(item.Topic)))
                yield return new SettingProblem("subscribe", "a read_only profile joins no shared subscription");
        }
    }

    private static IEnumerable<SettingProblem> CheckVersion3(Profile profile, string version)
    {
        var values = profile.Values;
        foreach (var setting in MqttSettings.ProfileNeedsVersion5.Where(values.Has))
            yield return new SettingProblem(
                setting.Key,
                $"MQTT {version} has no such thing: use mqtt.version = \"5.0\""
            );
        if (values.Has(MqttSettings.SessionExpiry))
            yield return new SettingProblem(
                MqttSettings.SessionExpiry.Key,
                $"MQTT {version} keeps a session without end or not at all: use mqtt.version = \"5.0\", or mqtt.clean_session alone"
            );
        if (version == "3.1" && Encoding.UTF8.GetByteCount(values.Get(MqttSettings.ClientId)) > 23)
            yield return new SettingProblem(MqttSettings.ClientId.Key, "MQTT 3.1 allows at most 23 characters");
        if (profile.Endpoints.Any(endpoint => HasPasswordAlone(profile, endpoint)))
            yield return new SettingProblem(
                AuthSettings.Password.Key,
                $"MQTT {version} sends no password without a user name: set auth.username"
            );
        foreach (var subscription in profile.Subscriptions)
        {
            foreach (var setting in MqttSettings.SubscriptionNeedsVersion5.Where(subscription.Options.Has))
                yield return new SettingProblem(
                    "subscribe",
                    $"{setting.Key} of \"{subscription.Topic}\" needs mqtt.version = \"5.0\""
                );
        }
    }

    private static bool HasPasswordAlone(Profile profile, Endpoint endpoint)
    {
        var (username, password) = MqttIdentity.CredentialsOf(profile, endpoint);
        return string.IsNullOrEmpty(username) && password is { IsEmpty: false };
    }
}
