using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>What is wrong with the values of a profile together.</summary>
internal static class CoapRules
{
    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in TlsRules.Check(profile, CoapSettings.KeyOf(profile) is not null))
            yield return problem;
        foreach (var problem in CheckKey(profile))
            yield return problem;
        foreach (var problem in CheckServed(profile))
            yield return problem;
        foreach (var endpoint in profile.Endpoints)
        {
            if (endpoint.Username is not null)
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    "CoAP has no user names: take it out of the url"
                );
            if (profile.Mode == ProfileMode.Client && endpoint.Port == 0)
                yield return new SettingProblem(CommonSettings.Url.Key, "there is no port 0 to connect to");
            if (profile.Mode == ProfileMode.Server && endpoint.PathAndQuery.Length > 1)
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    "a server listens at an address, and has resources at every path: take the path out"
                );
            if (CoapPath.ProblemOf(endpoint.PathAndQuery) is { } problem)
                yield return new SettingProblem(CommonSettings.Url.Key, problem);
        }
    }

    private static IEnumerable<SettingProblem> CheckKey(Profile profile)
    {
        var values = profile.Values;
        var (hasKey, hasIdentity) = (values.Has(CoapSettings.PskKey), values.Has(CoapSettings.PskIdentity));
        if (!hasKey && !hasIdentity)
            yield break;
        if (!profile.Endpoints.Any(endpoint => endpoint.Scheme.Carrier == Carrier.Dtls))
            yield return new SettingProblem(
                (hasKey ? CoapSettings.PskKey : (Setting)CoapSettings.PskIdentity).Key,
                "only DTLS has pre-shared keys, and no address in url is coaps://: leave it out"
            );
        else if (!hasKey)
            yield return new SettingProblem(CoapSettings.PskIdentity.Key, "set coap.psk_key too: it is the key's name");
        else if (!hasIdentity)
            yield return new SettingProblem(
                CoapSettings.PskKey.Key,
                "set coap.psk_identity too: the peer finds the key by it"
            );
        else if (CoapSettings.KeyOf(profile) is null)
            yield return new SettingProblem(
                CoapSettings.PskKey.Key,
                "write a text, or hex: and pairs of the digits 0 to 9 and a to f"
            );
    }

    private static IEnumerable<SettingProblem> CheckServed(Profile profile)
    {
        foreach (var (path, _) in profile.Values.Get(CoapSettings.Resources))
        {
            var problem = path.Contains('?', StringComparison.Ordinal)
                ? "a resource has no query"
                : CoapPath.ProblemOf(path);
            if (path.Length == 0 || problem is not null)
                yield return new SettingProblem(
                    CoapSettings.Resources.Key,
                    $"\"{path}\": {problem ?? "a path begins with a slash"}"
                );
        }

        if (
            profile.Values.Get(CoapSettings.Group).Length > 0
            && !profile.Endpoints.Any(endpoint => endpoint.Scheme.Carrier == Carrier.Udp)
        )
            yield return new SettingProblem(
                CoapSettings.Group.Key,
                "only plain UDP has groups, and no address in url is coap://: leave it out"
            );
    }
}
