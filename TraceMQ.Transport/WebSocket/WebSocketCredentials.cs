using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.WebSocket;

/// <summary>The Authorization headers that a profile means (RFC 7617, RFC 6750).</summary>
internal static class WebSocketCredentials
{
    /// <summary>What a client sends, or what a server takes; the URL's own where the profile names none.</summary>
    public static IReadOnlyList<string> Of(Profile profile, Endpoint endpoint)
    {
        var values = profile.Values;
        var found = new List<string>();
        if (values.Get(AuthSettings.Username) is { Length: > 0 } username)
            found.Add(HttpCredentials.Basic(username, values.Get(AuthSettings.Password)));
        if (values.Get(AuthSettings.Token) is { IsEmpty: false } token)
            found.Add(HttpCredentials.Bearer(token));
        if (found.Count == 0 && endpoint.Username is { } own)
            found.Add(HttpCredentials.Basic(own, endpoint.Password));
        return found;
    }
}
