using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Http;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

public sealed class UpgradeTests
{
    private const string Good =
        "GET /mqtt?a=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static readonly WebSocketLimits s_limits = new() { LingerTimeout = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task The_example_of_the_standard_is_answered_as_it_says()
    {
        var (answer, upgrade) = await AskAsync(Good, new UpgradeOffer { Path = "/mqtt" });

        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", answer, StringComparison.Ordinal);
        Assert.Equal("/mqtt?a=1", upgrade!.PathAndQuery);
    }

    [Theory]
    [InlineData("GET", "POST", 405)]
    [InlineData("GET", "get", 405)]
    [InlineData("HTTP/1.1", "HTTP/1.0", 505)]
    [InlineData("HTTP/1.1", "HTTP/2", 505)]
    [InlineData("HTTP/1.1", "HTTP/1.1 ", 400)]
    [InlineData("HTTP/1.1", "XTTP/1.1", 400)]
    [InlineData("/mqtt?a=1", "mqtt", 400)]
    [InlineData("/mqtt?a=1", "/mqtt#a", 400)]
    [InlineData("/mqtt?a=1", "/mq tt", 400)]
    [InlineData("/mqtt?a=1", "/other", 404)]
    [InlineData("/mqtt?a=1", "/mqtt/", 404)]
    [InlineData("Host: x\r\n", "", 400)]
    [InlineData("Host: x\r\n", "Host: x\r\nHost: y\r\n", 400)]
    [InlineData("Host: x\r\n", "Host : x\r\n", 400)]
    [InlineData("Host: x\r\n", "Host: x\r\n folded\r\n", 400)]
    [InlineData("Host: x\r\n", "Host: x\r\nno colon\r\n", 400)]
    [InlineData("Host: x\r\n", "Host: x\nA: b\r\n", 400)]
    [InlineData("Upgrade: websocket\r\n", "", 426)]
    [InlineData("Upgrade: websocket\r\n", "Upgrade: h2c\r\n", 426)]
    [InlineData("keep-alive, Upgrade", "keep-alive", 400)]
    [InlineData("keep-alive, Upgrade", "Upgraded", 400)]
    [InlineData("Version: 13", "Version: 8", 426)]
    [InlineData("Version: 13", "Version: 13, 8", 426)]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "", 426)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZWVl", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "not base64 at all ......", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "", 400)]
    [InlineData("Host: x\r\n", "Host: x\r\nContent-Length: 5\r\n", 400)]
    [InlineData("Host: x\r\n", "Host: x\r\nTransfer-Encoding: chunked\r\n", 400)]
    [InlineData("Host: x\r\n", "Host: x\r\nSec-WebSocket-Protocol: a b\r\n", 400)]
    public async Task A_client_that_asks_wrongly_gets_an_HTTP_error(string from, string to, int status)
    {
        var request = Good.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Good, request);

        var (answer, upgrade) = await AskAsync(request, new UpgradeOffer { Path = "/mqtt" });

        Assert.Null(upgrade);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        if (status == 426)
            Assert.Contains("Sec-WebSocket-Version: 13\r\n", answer, StringComparison.Ordinal);
        var (head, body) = (
            answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)],
            answer.Split("\r\n\r\n")[1]
        );
        Assert.Contains($"Content-Length: {body.Length}", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_is_as_large_as_the_limits_and_no_larger()
    {
        var many = string.Concat(Enumerable.Range(0, 95).Select(i => $"X-{i}: y\r\n"));
        Assert.StartsWith("HTTP/1.1 101", (await AskAsync(With(many))).Answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", (await AskAsync(With(many + "Y: z\r\n"))).Answer, StringComparison.Ordinal);
        var room = HttpHeadReader.MaxBytes - With("X: \r\n").Length;
        Assert.StartsWith(
            "HTTP/1.1 101",
            (await AskAsync(With($"X: {new string('x', room)}\r\n"))).Answer,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "HTTP/1.1 431",
            (await AskAsync(With($"X: {new string('x', room + 1)}\r\n"))).Answer,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001\u0002")]
    [InlineData("\u0010\u000e\0\u0004MQTT")]
    [InlineData("")]
    public async Task What_is_no_HTTP_gets_no_answer(string bytes)
    {
        var (answer, upgrade) = await AskAsync(bytes);

        Assert.Equal("", answer);
        Assert.Null(upgrade);
    }

    [Fact]
    public async Task A_client_that_takes_its_time_is_disconnected()
    {
        var (ours, theirs) = DuplexPipe.Create();
        var time = new FakeTimeProvider();
        var accepting = WebSocketUpgrade.AcceptAsync(ours, new UpgradeOffer(), s_limits, time, CancellationToken.None);
        await theirs.WriteAsync(Encoding.ASCII.GetBytes(Good[..50]));
        await theirs.FlushAsync();
        Assert.False(accepting.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(5));

        var failure = await Assert.ThrowsAsync<TransportException>(() => accepting.WaitAsync(Surroundings.Patience));
        Assert.Equal(FailureKind.TimedOut, failure.Kind);
    }

    [Fact]
    public async Task The_subprotocol_is_the_first_of_the_client_that_is_offered()
    {
        var offer = new UpgradeOffer { Subprotocols = ["mqtt", "mqttv3.1"] };
        var asked = With("Sec-WebSocket-Protocol: other, mqttv3.1\r\nSec-WebSocket-Protocol: mqtt\r\n");
        Assert.Equal("mqttv3.1", (await AskAsync(asked, offer)).Upgrade!.Subprotocol);
        Assert.Null((await AskAsync(Good, offer)).Upgrade!.Subprotocol);
        var (answer, _) = await AskAsync(Good, offer with { IsSubprotocolRequired = true });
        Assert.Contains("the subprotocol must be mqtt or mqttv3.1.", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_asked_for_and_never_shown()
    {
        var offer = new UpgradeOffer
        {
            Authorizations =
            [
                HttpCredentials.Basic("me", new Secret("hunter2")),
                HttpCredentials.Bearer(new Secret("t0ken")),
            ],
        };
        var (answer, _) = await AskAsync(Good, offer);
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate: Basic realm=\"TraceMQ\"\r\n", answer, StringComparison.Ordinal);
        (answer, _) = await AskAsync(With("Authorization: Bearer wrong\r\n"), offer);
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);

        var secrets =
            "Authorization: Basic bWU6aHVudGVyMg==\r\nCookie: session=abc\r\nProxy-Authorization: Basic eDp5\r\nX-Api-Key: k3y\r\n";
        var (_, upgrade) = await AskAsync(
            With(secrets).Replace("?a=1", "?access_token=s3cret&a=1", StringComparison.Ordinal),
            offer
        );

        Assert.Contains("Authorization: Basic ***\n", upgrade!.Request, StringComparison.Ordinal);
        Assert.Contains("/mqtt?access_token=***&a=1 HTTP/1.1", upgrade.Request, StringComparison.Ordinal);
        foreach (var secret in new[] { "bWU6aHVudGVyMg", "abc", "eDp5", "k3y", "s3cret" })
            Assert.DoesNotContain(secret, upgrade.Request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\n\r\n",
        401,
        FailureKind.Credentials,
        "wants credentials (401 Unauthorized; it asks for Basic)"
    )]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", 403, FailureKind.Permission, "Origin")]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", 404, FailureKind.NotThisProtocol, "no WebSocket at /live?token=***")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 407, FailureKind.Credentials, "URL of the proxy")]
    [InlineData(
        "HTTP/1.1 301 Moved\r\nLocation: wss://u:p@y/z?sig=1\r\n\r\n",
        301,
        FailureKind.NotThisProtocol,
        "to wss://***@y/z?sig=***."
    )]
    [InlineData("HTTP/1.1 302 Found\r\n\r\n", 302, FailureKind.NotThisProtocol, "does not say where to")]
    [InlineData(
        "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\n\r\n",
        426,
        FailureKind.NotThisProtocol,
        "its versions: 8"
    )]
    [InlineData("HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c\r\n\r\n", 426, FailureKind.NotThisProtocol, "h2c")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", 400, FailureKind.NotThisProtocol, "wss")]
    [InlineData("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\n", 503, FailureKind.RefusedByPeer, "after 7")]
    [InlineData("HTTP/1.1 500 \r\n\r\n", 500, FailureKind.RefusedByPeer, "look at its log")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, FailureKind.NotThisProtocol, "a web page")]
    [InlineData("HTTP/1.1 418\r\n\r\n", 418, FailureKind.NotThisProtocol, "418")]
    [InlineData("SSH-2.0-x\r\n", 0, FailureKind.NotThisProtocol, "does not speak HTTP")]
    [InlineData("\u0015\u0003\u0001\0\u0002", 0, FailureKind.NotThisProtocol, "speaks TLS")]
    [InlineData(
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        101,
        FailureKind.NotThisProtocol,
        "does not fit our key"
    )]
    [InlineData(
        "HTTP/1.1 101 X\r\nUpgrade: other\r\n\r\n",
        101,
        FailureKind.NotThisProtocol,
        "something else than a WebSocket"
    )]
    [InlineData("HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n", 101, FailureKind.NotThisProtocol, "Connection header")]
    public async Task A_refused_client_is_told_why_and_what_to_do(
        string answer,
        int status,
        FailureKind kind,
        string words
    )
    {
        var (ours, theirs) = DuplexPipe.Create();
        await theirs.WriteAsync(Encoding.Latin1.GetBytes(answer));
        await theirs.FlushAsync();

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            WebSocketUpgrade.ConnectAsync(
                ours,
                new UpgradeRequest { Host = "x", PathAndQuery = "/live?token=abc" },
                s_limits,
                TimeProvider.System,
                CancellationToken.None
            )
        );

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        var refused = Assert.IsType<UpgradeRefusedException>(failure.InnerException);
        Assert.Equal(status, refused.Status);
        Assert.Equal(status == 301 ? "wss://u:p@y/z?sig=1" : null, refused.Location);
        Assert.Contains("GET /live?token=*** HTTP/1.1", refused.Request, StringComparison.Ordinal);
        Assert.DoesNotContain("u:p", refused.Response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_that_come_with_the_answer_are_not_lost()
    {
        var (ours, theirs) = DuplexPipe.Create();
        var accepting = WebSocketUpgrade.AcceptAsync(
            ours,
            new UpgradeOffer(),
            s_limits,
            TimeProvider.System,
            CancellationToken.None
        );
        byte[] request = [.. Encoding.ASCII.GetBytes(Good), .. RawPeer.Frame(1, "early"u8, true, 0, isMasked: true)];
        await theirs.WriteAsync(request);
        await theirs.FlushAsync();

        await using var server = await accepting;

        Assert.Equal(
            "early",
            Encoding.UTF8.GetString((await server.ReceiveAsync(CancellationToken.None))!.Value.Payload.Span)
        );
        await theirs.DisposeAsync();
    }

    [Theory]
    [InlineData("Sec-WebSocket-Key", "x", "belongs to the handshake")]
    [InlineData("X-A", "b\r\nInjected: c", "control character")]
    [InlineData("X A", "b", "no header name")]
    public async Task A_header_that_cannot_be_sent_is_refused_here(string name, string value, string words)
    {
        var (ours, _) = DuplexPipe.Create();
        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            WebSocketUpgrade.ConnectAsync(
                ours,
                new UpgradeRequest { Host = "x", Headers = [new Header(name, value)] },
                s_limits,
                TimeProvider.System,
                CancellationToken.None
            )
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_is_written_is_read_the_same() =>
        Gen.Select(
                Gen.String[Gen.Char["abcXYZ019-_"], 1, 20],
                Gen.String[Gen.Char[" abcäöü:;,=\"😀\t"], 0, 40].Select(text => text.Trim())
            )
            .Array[0, 20]
            .Sample(pairs =>
            {
                var head = new HttpHead(
                    "GET / HTTP/1.1",
                    [
                        .. pairs
                            .Where(pair => !pair.Item2.Any(char.IsSurrogate))
                            .Select(pair => new Header(pair.Item1, pair.Item2)),
                    ]
                );
                var read = HttpHead.Parse(head.ToBytes(), out _)!;
                return read.StartLine == head.StartLine && read.Headers.SequenceEqual(head.Headers);
            });

    private static string With(string headers) => Good[..^2] + headers + "\r\n";

    private static async Task<(string Answer, Upgrade? Upgrade)> AskAsync(string request, UpgradeOffer? offer = null)
    {
        var (ours, theirs) = DuplexPipe.Create();
        var accepting = WebSocketUpgrade.AcceptAsync(
            ours,
            offer ?? new UpgradeOffer(),
            s_limits,
            TimeProvider.System,
            CancellationToken.None
        );
        await theirs.WriteAsync(Encoding.Latin1.GetBytes(request));
        await theirs.FlushAsync();
        if (request.Length == 0)
            await theirs.DisposeAsync();
        Upgrade? upgrade = null;
        try
        {
            var connection = await accepting.WaitAsync(Surroundings.Patience);
            upgrade = connection.Upgrade;
            await connection.DisposeAsync();
        }
        catch (TransportException failure)
        {
            Assert.IsType<UpgradeRefusedException>(failure.InnerException);
        }

        if (request.Length == 0)
            return ("", upgrade);
        var answer = new MemoryStream();
        await theirs.CopyToAsync(answer);
        return (Encoding.UTF8.GetString(answer.ToArray()), upgrade);
    }
}
