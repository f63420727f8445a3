using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What a client's request must say (RFC 6455, section 4.2.1).</summary>
internal static class UpgradeChecks
{
    private const string Version = "13";

    /// <summary>Why a request is refused; null where it is not.</summary>
    public static UpgradeRefusal? Find(HttpHead request, UpgradeOffer offer) =>
        OfStartLine(request.StartLine)
        ?? OfHeaders(request)
        ?? OfOrigin(request, offer)
        ?? OfCredentials(request, offer)
        ?? OfPath(request, offer)
        ?? OfSubprotocol(request, offer);

    /// <summary>Path and query that a valid request asks for.</summary>
    public static string Target(HttpHead request)
    {
        var target = request.StartLine.Split(' ')[1];
        if (target.StartsWith('/'))
            return target;
        var slash = target.IndexOf('/', target.IndexOf("://", StringComparison.Ordinal) + 3);
        return slash < 0 ? "/" : target[slash..];
    }

    /// <summary>The first subprotocol of the client that is offered; null for none.</summary>
    public static string? Subprotocol(HttpHead request, UpgradeOffer offer) =>
        request.Items("Sec-WebSocket-Protocol").FirstOrDefault(offer.Subprotocols.Contains);

    private static UpgradeRefusal? OfStartLine(string line)
    {
        var parts = line.Split(' ');
        if (
            parts.Length != 3
            || !HttpSyntax.IsToken(parts[0])
            || !parts[2].StartsWith("HTTP/", StringComparison.Ordinal)
        )
            return UpgradeRefusal.Bad("the first line is not \"GET PATH HTTP/1.1\".");
        if (parts[2] != "HTTP/1.1")
            return new UpgradeRefusal(505, "HTTP Version Not Supported", "a WebSocket needs HTTP/1.1.");
        if (parts[0] != "GET")
            return new UpgradeRefusal(405, "Method Not Allowed", "a WebSocket begins with GET.")
            {
                Headers = [new Header("Allow", "GET")],
            };
        var isTarget =
            parts[1].StartsWith('/')
            || parts[1].StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || parts[1].StartsWith("ws://", StringComparison.OrdinalIgnoreCase);
        return !isTarget || parts[1].Contains('#', StringComparison.Ordinal)
            ? UpgradeRefusal.Bad("the first line asks for no path.")
            : null;
    }

    private static UpgradeRefusal? OfHeaders(HttpHead request)
    {
        if (request.Count("Host") != 1)
            return UpgradeRefusal.Bad("there must be one Host header.");
        if (!request.HasToken("Upgrade", "websocket"))
            return Upgrade("this is a WebSocket: a web browser's page cannot be had here.");
        if (!request.HasToken("Connection", "upgrade"))
            return UpgradeRefusal.Bad("the Connection header must say Upgrade.");
        if (request.Count("Sec-WebSocket-Version") != 1 || request.Get("Sec-WebSocket-Version") != Version)
            return Upgrade($"the Sec-WebSocket-Version must be {Version}.");
        if (request.Count("Sec-WebSocket-Key") != 1 || !UpgradeKey.IsKey(request.Get("Sec-WebSocket-Key")!))
            return UpgradeRefusal.Bad("the Sec-WebSocket-Key must be one, 16 bytes as 24 characters of base64.");
        var hasBody =
            request.Count("Transfer-Encoding") > 0 || request.Items("Content-Length").Any(length => length != "0");
        return hasBody ? UpgradeRefusal.Bad("the request must have no body.") : null;
    }

    // Any page of a browser can ask for a WebSocket of this machine, and only its Origin tells which one does (RFC 6455, 10.2).
    private static UpgradeRefusal? OfOrigin(HttpHead request, UpgradeOffer offer)
    {
        if (offer.Origins.Count == 0 || request.Count("Origin") == 0)
            return null;
        var isKnown =
            request.Count("Origin") == 1
            && offer.Origins.Contains(request.Get("Origin")!, StringComparer.OrdinalIgnoreCase);
        return isKnown ? null : new UpgradeRefusal(403, "Forbidden", "this Origin may not connect.");
    }

    private static UpgradeRefusal? OfCredentials(HttpHead request, UpgradeOffer offer)
    {
        if (offer.Authorizations.Count == 0)
            return null;
        var sent = request.Count("Authorization") == 1 ? request.Get("Authorization") : null;
        if (offer.Authorizations.Any(expected => HttpCredentials.AreSame(sent, expected)))
            return null;
        return new UpgradeRefusal(
            401,
            "Unauthorized",
            sent is null ? "credentials are needed." : "these credentials are not the ones that are needed."
        )
        {
            Headers =
            [
                .. offer
                    .Authorizations.Select(expected => expected.Split(' ', 2)[0])
                    .Distinct()
                    .Select(scheme => new Header("WWW-Authenticate", $"{scheme} realm=\"TraceMQ\"")),
            ],
        };
    }

    private static UpgradeRefusal? OfPath(HttpHead request, UpgradeOffer offer)
    {
        if (offer.Path is null)
            return null;
        var path = Target(request);
        var query = path.IndexOf('?', StringComparison.Ordinal);
        return (query < 0 ? path : path[..query]) == offer.Path
            ? null
            : new UpgradeRefusal(404, "Not Found", $"the WebSocket is at {offer.Path}.");
    }

    private static UpgradeRefusal? OfSubprotocol(HttpHead request, UpgradeOffer offer)
    {
        if (request.Items("Sec-WebSocket-Protocol").Any(name => !HttpSyntax.IsToken(name)))
            return UpgradeRefusal.Bad("the Sec-WebSocket-Protocol is no list of names.");
        return offer.IsSubprotocolRequired && Subprotocol(request, offer) is null
            ? UpgradeRefusal.Bad($"the subprotocol must be {string.Join(" or ", offer.Subprotocols)}.")
            : null;
    }

    private static UpgradeRefusal Upgrade(string sentence) =>
        new(426, "Upgrade Required", sentence)
        {
            Headers = [new Header("Upgrade", "websocket"), new Header("Sec-WebSocket-Version", Version)],
        };
}
