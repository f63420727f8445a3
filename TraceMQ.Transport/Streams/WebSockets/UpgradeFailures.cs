using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Why a server did not become a WebSocket, in a sentence with what to do.</summary>
internal static class UpgradeFailures
{
    private const int LongestQuote = 200;

    /// <summary>The server said nothing that could be understood.</summary>
    public static TransportException NoHead(HttpHeadRead read, string request)
    {
        var advice = read.Problem switch
        {
            HttpHeadProblem.NotHttp when read.Text.Contains("TLS", StringComparison.Ordinal) =>
                "use the scheme with TLS (wss)",
            HttpHeadProblem.Silent => "check the port, and whether it wants TLS (wss)",
            _ => "check the port",
        };
        return Failure(
            FailureKind.NotThisProtocol,
            $"What listens there is no WebSocket server, {read.Text}: {advice}.",
            new UpgradeRefusedException(read.Text, 0) { Request = request }
        );
    }

    /// <summary>The server said 101, but not as the standard wants it.</summary>
    public static TransportException WrongAnswer(string problem, HttpHead answer, string request) =>
        Failure(
            FailureKind.NotThisProtocol,
            $"The server's answer to the WebSocket handshake is wrong: {Quote(problem)}. Check the URL and what is between.",
            Refused(answer, request)
        );

    /// <summary>The server said something else than 101.</summary>
    public static TransportException OfStatus(HttpHead answer, UpgradeRequest asked, string request)
    {
        var (kind, sentence) = Sentence(answer, asked);
        return Failure(kind, sentence, Refused(answer, request));
    }

    private static (FailureKind Kind, string Sentence) Sentence(HttpHead answer, UpgradeRequest asked)
    {
        var status = Quote(answer.StatusText);
        var path = Quote(HttpRedaction.ShowUrl(asked.PathAndQuery));
        var hasCredentials = asked.Headers.Any(header =>
            header.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        );
        return answer.Status switch
        {
            401 => (
                FailureKind.Credentials,
                hasCredentials
                    ? $"The server refused the credentials ({status}{Scheme(answer)}): check auth.username and auth.password, or auth.token."
                    : $"The server wants credentials ({status}{Scheme(answer)}): set auth.username and auth.password, or auth.token."
            ),
            407 => (
                FailureKind.Credentials,
                $"A proxy wants credentials ({status}): put them in the URL of the proxy."
            ),
            403 => (
                FailureKind.Permission,
                $"The server does not allow this WebSocket ({status}): check the rights of the credentials, and the Origin header if it looks at that."
            ),
            404 or 410 => (
                FailureKind.NotThisProtocol,
                $"The server has no WebSocket at {path} ({status}): check the path of the URL."
            ),
            >= 300 and < 400 => (FailureKind.NotThisProtocol, Redirect(answer, status)),
            426 => (
                FailureKind.NotThisProtocol,
                answer.Get("Sec-WebSocket-Version") is { } versions
                    ? $"The server speaks other versions of WebSocket ({status}; its versions: {Quote(versions)}) than 13: it is too old or too new for this program."
                    : $"The server wants another protocol than WebSocket there ({status}; {Quote(answer.Get("Upgrade") ?? "it does not say which")}): check the URL."
            ),
            400 => (
                FailureKind.NotThisProtocol,
                $"The server does not take the WebSocket handshake ({status}): check path, subprotocols and headers, and whether it wants TLS (wss)."
            ),
            429 or 503 => (
                FailureKind.RefusedByPeer,
                $"The server is busy ({status}{(answer.Get("Retry-After") is { } after ? $"; it says to try again after {Quote(after)}" : "")}): try again later."
            ),
            >= 500 => (
                FailureKind.RefusedByPeer,
                $"The server, or a gateway in front of it, failed ({status}): look at its log, and try again later."
            ),
            >= 200 and < 300 => (
                FailureKind.NotThisProtocol,
                $"What is at {path} is a web page and no WebSocket ({status}): check the path of the URL."
            ),
            _ => (
                FailureKind.NotThisProtocol,
                $"The server refused the WebSocket handshake ({status}): check the URL and the headers."
            ),
        };
    }

    private static string Redirect(HttpHead answer, string status) =>
        answer.Get("Location") is { Length: > 0 } location
            ? $"The WebSocket is elsewhere: the server redirects ({status}) to {Quote(HttpRedaction.ShowUrl(location))}. Use that URL, or allow to follow redirects."
            : $"The server redirects ({status}) but does not say where to: check the URL.";

    private static string Scheme(HttpHead answer) =>
        answer.Get("WWW-Authenticate") is { } scheme ? $"; it asks for {Quote(scheme.Split(' ', 2)[0])}" : "";

    private static UpgradeRefusedException Refused(HttpHead answer, string request) =>
        new(Quote(answer.StartLine), answer.Status ?? 0)
        {
            Location = answer.Get("Location"),
            Request = request,
            Response = HttpRedaction.Show(answer),
        };

    private static TransportException Failure(FailureKind kind, string sentence, UpgradeRefusedException refusal) =>
        new(kind, sentence, refusal);

    // A sentence stays one that can be read, whatever the server wrote.
    private static string Quote(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
}
