using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.WebSocket;

/// <summary>What is wrong with the values of a profile together.</summary>
internal static class WebSocketRules
{
    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        foreach (var problem in TlsRules.Check(profile))
            yield return problem;
        foreach (var problem in CheckCredentials(profile))
            yield return problem;
        foreach (var problem in CheckHandshake(profile))
            yield return problem;
        foreach (var problem in ServerSettings.Check(profile))
            yield return problem;
        if (!profile.IsReadOnly)
            yield break;
        if (profile.Values.Get(WebSocketSettings.Preamble).Count > 0)
            yield return new SettingProblem(WebSocketSettings.Preamble.Key, "a read_only profile sends nothing");
        if (profile.Values.Get(ServerSettings.Reply) != ServerSettings.ReplyNone)
            yield return new SettingProblem(ServerSettings.Reply.Key, "a read_only profile sends nothing");
    }

    private static IEnumerable<SettingProblem> CheckCredentials(Profile profile)
    {
        var values = profile.Values;
        var hasUser = values.Has(AuthSettings.Username) || values.Has(AuthSettings.Password);
        if (values.Has(AuthSettings.Password) && values.Get(AuthSettings.Username).Length == 0)
            yield return new SettingProblem(
                AuthSettings.Username.Key,
                "auth.username and auth.password belong together"
            );
        // A server may let its clients choose; a client has to.
        if (profile.Mode == ProfileMode.Client && hasUser && values.Has(AuthSettings.Token))
            yield return new SettingProblem(
                AuthSettings.Token.Key,
                "there is one Authorization header: set auth.token, or auth.username and auth.password"
            );
        if (values.Has(AuthSettings.Token) && values.Get(AuthSettings.Token).Reveal().Any(char.IsControl))
            yield return new SettingProblem(AuthSettings.Token.Key, "a token has no line break in it: take it out");
        var isInHeaders = values
            .Get(WebSocketSettings.Headers)
            .Any(header => header.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
        if (isInHeaders && (hasUser || values.Has(AuthSettings.Token)))
            yield return new SettingProblem(
                WebSocketSettings.Headers.Key,
                "there is one Authorization header: leave it out, or leave out auth.*"
            );
    }

    private static IEnumerable<SettingProblem> CheckHandshake(Profile profile)
    {
        foreach (
            var name in profile.Values.Get(WebSocketSettings.Subprotocols).Where(name => !HttpSyntax.IsToken(name))
        )
            yield return new SettingProblem(
                WebSocketSettings.Subprotocols.Key,
                $"\"{name}\" is no name of a subprotocol: use letters, digits, dots and hyphens"
            );
        foreach (
            var problem in profile.Values.Get(WebSocketSettings.Headers).Select(HttpSyntax.ProblemOf).OfType<string>()
        )
            yield return new SettingProblem(WebSocketSettings.Headers.Key, problem.TrimEnd('.'));
        if (profile.Mode == ProfileMode.Client && profile.Endpoints.Any(endpoint => endpoint.Port == 0))
            yield return new SettingProblem(CommonSettings.Url.Key, "there is no port 0 to connect to");
        if (
            profile.Mode == ProfileMode.Server
            && profile.Endpoints.Any(endpoint => endpoint.PathAndQuery.AsSpan().ContainsAny('?', '#'))
        )
            yield return new SettingProblem(CommonSettings.Url.Key, "a server listens at a path, without a query");
    }
}
