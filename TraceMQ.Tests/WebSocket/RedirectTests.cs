using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.WebSocket;

namespace TraceMQ.Tests.WebSocket;

/// <summary>Where a server sends us, and what does not come along.</summary>
public sealed class RedirectTests
{
    private static readonly (string, string)[] s_secrets =
    [
        ("auth.username", "me"),
        ("auth.password", "s3cret"),
        ("websocket.headers", "Cookie=session=s3cret, X-Api-Key=s3cret"),
        ("websocket.preamble", "s3cret"),
    ];

    private readonly Surroundings _surroundings = new();

    [Fact]
    public async Task A_redirect_is_told_and_followed_only_when_asked_for()
    {
        await using var server = await OwnServer.StartAsync();
        await using var redirecting = Redirecting(server.Url + "/there");

        var failure = await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(redirecting.Port));
        Assert.Contains(
            $"302 Found) to {server.Url}/there. Use that URL, or allow to follow redirects",
            failure.Message,
            StringComparison.Ordinal
        );

        await using var session = await ConnectAsync(redirecting.Port, ("websocket.follow_redirects", "true"));
        Assert.Contains(session.Facts, fact => fact.Value.EndsWith("at /there", StringComparison.Ordinal));
        await _surroundings.NoticeAsync($"redirects to {server.Url}/there");
    }

    [Fact]
    public async Task Another_host_gets_no_credentials_no_headers_and_no_preamble()
    {
        await using var server = await OwnServer.StartAsync();
        await using var redirecting = Redirecting(server.Url);

        await using var session = await ConnectAsync(
            redirecting.Port,
            [("websocket.follow_redirects", "true"), .. s_secrets]
        );

        await _surroundings.NoticeAsync("The preamble was not sent to");
        await session.PublishAsync(WebSocketProfiles.Message("first"), CancellationToken.None);
        Assert.Equal("first"u8.ToArray(), (await server.Surroundings.NextInAsync()).Payload.ToArray());
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        await foreach (var record in server.Surroundings.Context.Wire.ReadAsync(only: null, stop.Token))
        {
            Assert.Equal("request", record.Kind);
            var names = record.Fields.Select(field => field.Label).ToList();
            Assert.Contains("Sec-WebSocket-Key", names);
            Assert.DoesNotContain("Authorization", names);
            Assert.DoesNotContain("Cookie", names);
            Assert.DoesNotContain("X-Api-Key", names);
            break;
        }
    }

    [Fact]
    public async Task The_same_host_gets_them_again()
    {
        var requests = new List<string>();
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                var head = await ReadHeadAsync(stream, stop);
                lock (requests)
                    requests.Add(head);
                var answer = head.StartsWith("GET /old", StringComparison.Ordinal)
                    ? "HTTP/1.1 307 Temporary Redirect\r\nLocation: new?x\r\n\r\n"
                    : "HTTP/1.1 503 Busy\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
            }
        );

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(peer.Port, [("websocket.follow_redirects", "true"), .. s_secrets])
        );

        Assert.Contains("503 Busy", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, requests.Count);
        Assert.StartsWith("GET /new?x HTTP/1.1", requests[1], StringComparison.Ordinal);
        Assert.Contains("Authorization: Basic", requests[1], StringComparison.Ordinal);
        Assert.Contains("Cookie: session=s3cret", requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_is_left()
    {
        await using var circle = Redirecting("/again");

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(circle.Port, ("websocket.follow_redirects", "true"))
        );

        Assert.Contains("in a circle, or over more than 5 places", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsFinal);
    }

    [Theory]
    [InlineData("ws://a.example/b/c?d", "https://x.example/y", "wss://x.example:443/y")]
    [InlineData("ws://a.example/b/c?d", "WS://x.example:81", "ws://x.example:81")]
    [InlineData("ws://a.example/b/c?d", "//x.example/y?z#f", "ws://x.example:80/y?z")]
    [InlineData("wss://a.example:444/b/c?d", "/y", "wss://a.example:444/y")]
    [InlineData("ws://a.example/b/c?d", "y", "ws://a.example:80/b/y")]
    [InlineData("ws://a.example", "y", "ws://a.example:80/y")]
    [InlineData("ws://a.example/b/c?d", "?e=http://f", "ws://a.example:80/b/c?e=http://f")]
    [InlineData("ws://a.example/b", "http://user:s3cret@x.example/", "ws://x.example:80/")]
    public void A_location_is_resolved_as_browsers_do(string from, string location, string expected)
    {
        var endpoint = Redirection.Resolve(
            EndpointUrl.Parse(from, WebSocketWay.Schemes, out _)!,
            location,
            WebSocketWay.Schemes
        );

        Assert.Equal(expected, endpoint.ToString());
        Assert.Null(endpoint.Username);
        Assert.Null(endpoint.Password);
    }

    [Theory]
    [InlineData("wss://a.example", "ws://a.example/b", "redirects from TLS")]
    [InlineData("wss://a.example", "http://x.example", "redirects from TLS")]
    [InlineData("ws://a.example", "ftp://x.example", "no address of a WebSocket")]
    [InlineData("ws://a.example", "http://:99/", "no address of a WebSocket")]
    public void A_location_that_must_not_be_followed_is_not(string from, string location, string words)
    {
        var failure = Assert.Throws<TransportException>(() =>
            Redirection.Resolve(EndpointUrl.Parse(from, WebSocketWay.Schemes, out _)!, location, WebSocketWay.Schemes)
        );

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private static ScriptedPeer Redirecting(string location) =>
        new(
            async (stream, stop) =>
            {
                await ReadHeadAsync(stream, stop);
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n"),
                    stop
                );
            }
        );

    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (
            !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, stop) == 1
        )
            head.Append((char)buffer[0]);
        return head.ToString();
    }

    private Task<ISession> ConnectAsync(int port, params IEnumerable<(string, string)> values) =>
        WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of($"ws://127.0.0.1:{port}/old", values),
            _surroundings.Context,
            CancellationToken.None
        );
}
