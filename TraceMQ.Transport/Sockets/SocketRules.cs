using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets;

/// <summary>What is wrong with the values of a profile together.</summary>
internal static class SocketRules
{
    private static readonly Setting[] s_ofLength =
    [
        SocketSettings.LengthBytes,
        SocketSettings.LengthIncludesItself,
        SocketSettings.BigEndian,
    ];

    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        var values = profile.Values;
        foreach (var problem in TlsRules.Check(profile))
            yield return problem;
        foreach (var problem in CheckFraming(profile))
            yield return problem;
        foreach (var problem in ServerSettings.Check(profile))
            yield return problem;
        if (profile.IsReadOnly && values.Get(ServerSettings.Reply) != ServerSettings.ReplyNone)
            yield return new SettingProblem(ServerSettings.Reply.Key, "a read_only profile sends nothing");
        foreach (var endpoint in profile.Endpoints)
        {
            if (profile.Mode == ProfileMode.Client && endpoint.Port == 0)
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    $"a socket has no port of its own: write {endpoint.Scheme.Name}://{endpoint.Host}:PORT"
                );
            if (endpoint.PathAndQuery is not ("" or "/"))
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    $"{endpoint} has a path, and a socket has none"
                );
            if (endpoint.Username is not null)
                yield return new SettingProblem(
                    CommonSettings.Url.Key,
                    $"{endpoint} has a user name, and a socket asks for none: leave it out"
                );
        }
    }

    private static IEnumerable<SettingProblem> CheckFraming(Profile profile)
    {
        var values = profile.Values;
        if (profile.Endpoints.All(endpoint => endpoint.Scheme.Carrier == Carrier.Udp))
        {
            foreach (var setting in SocketSettings.OfStreams.Where(values.Has))
                yield return new SettingProblem(
                    setting.Key,
                    "a datagram is one message, whatever is in it: leave it out, or use tcp:// or tls://"
                );
            yield break;
        }

        var framing = values.Get(SocketSettings.Framing);
        if (framing != SocketSettings.Line && values.Has(SocketSettings.LineEnding))
            yield return new SettingProblem(
                SocketSettings.LineEnding.Key,
                "it counts only with socket.framing = \"line\"; on sending, a message's own line_ending adds one"
            );
        foreach (var setting in s_ofLength.Where(setting => framing != SocketSettings.Length && values.Has(setting)))
            yield return new SettingProblem(setting.Key, "it counts only with socket.framing = \"length\"");
        if (framing == SocketSettings.None && values.Has(SocketSettings.MaxFrame))
            yield return new SettingProblem(
                SocketSettings.MaxFrame.Key,
                "without a framing nothing is too long: leave it out, or set socket.framing"
            );
    }
}
