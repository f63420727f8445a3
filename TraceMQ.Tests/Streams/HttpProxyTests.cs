using System.Net;
using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Tests.Streams;

public sealed class HttpProxyTests
{
    private static readonly UrlScheme s_http = new("http", Carrier.Tcp, 8080, []);

    [Theory]
    [InlineData(
        "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        FailureKind.Credentials,
        "refused the credentials (407"
    )]
    [InlineData("HTTP/1.1 401 Unauthorized\r\n\r\n", FailureKind.Credentials, "refused the credentials (401")]
    [InlineData(
        "HTTP/1.1 403 Filtered\r\n\r\n",
        FailureKind.Permission,
        "does not allow connections to target:1883 (403 Filtered)"
    )]
    [InlineData("HTTP/1.1 503 No\r\n\r\n", FailureKind.Refused, "could not reach target:1883")]
    [InlineData("HTTP/1.0 405 Not Allowed\r\n\r\n", FailureKind.NotThisProtocol, "makes no tunnels")]
    [InlineData("HTTP/1.1 429 Slow\r\n\r\n", FailureKind.RefusedByPeer, "429 Slow")]
    [InlineData("220 mail\r\n", FailureKind.NotThisProtocol, "is no HTTP proxy")]
    public async Task A_refusal_is_told_with_what_to_do(string answer, FailureKind kind, string words)
    {
        await using var proxy = ScriptedPeer.Answering(Encoding.ASCII.GetBytes(answer));

        var failure = await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(proxy.Port, "me", "hunter2"));

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_bytes_of_the_server_are_left_in_the_stream()
    {
        string? asked = null;
        await using var proxy = new ScriptedPeer(
            async (stream, stop) =>
            {
                var buffer = new byte[4096];
                var read = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, stop);
                asked = Encoding.ASCII.GetString(buffer, 0, read);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nVia: x\r\n\r\nINFO {}"u8.ToArray(), stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );

        await using var stream = await ConnectAsync(proxy.Port, "me", "hunter2");

        var first = new byte[7];
        await stream.ReadExactlyAsync(first);
        Assert.Equal("INFO {}", Encoding.ASCII.GetString(first));
        Assert.Equal(
            "CONNECT target:1883 HTTP/1.1\r\nHost: target:1883\r\nProxy-Authorization: Basic bWU6aHVudGVyMg==\r\n\r\n",
            asked
        );
    }

    [Fact]
    public async Task Without_credentials_the_sentence_says_where_to_put_them()
    {
        await using var proxy = ScriptedPeer.Answering("HTTP/1.1 407 Auth\r\n\r\n"u8.ToArray());

        var failure = await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(proxy.Port, null, null));

        Assert.Contains("http://user:password@host:port", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_proxy_lets_us_through_and_refuses_wrong_credentials()
    {
        await using var target = ScriptedPeer.Answering("hello through the tunnel"u8.ToArray());
        await using var proxy = await Tinyproxy.StartAsync("me", "hunter2");
        var endpoint = new Endpoint(s_http, "127.0.0.1", target.Port, "");

        await using var stream = await ConnectAsync(proxy.Port, "me", "hunter2", endpoint);
        await stream.WriteAsync("?"u8.ToArray());
        var heard = new byte[24];
        await stream.ReadExactlyAsync(heard).AsTask().WaitAsync(Surroundings.Patience);
        Assert.Equal("hello through the tunnel", Encoding.ASCII.GetString(heard));

        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(proxy.Port, "me", "wrong", endpoint)
        );
        Assert.Equal(FailureKind.Credentials, refused.Kind);
        var missing = await Assert.ThrowsAsync<TransportException>(() =>
            ConnectAsync(proxy.Port, null, null, endpoint)
        );
        Assert.Equal(FailureKind.Credentials, missing.Kind);
    }

    private static async Task<Stream> ConnectAsync(
        int port,
        string? username,
        string? password,
        Endpoint? target = null
    )
    {
        var proxy = new Endpoint(s_http, "127.0.0.1", port, "")
        {
            Username = username,
            Password = password is null ? null : new Secret(password),
        };
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await HttpProxy.ConnectAsync(
            stream,
            proxy,
            target ?? new Endpoint(s_http, "target", 1883, ""),
            TimeProvider.System,
            CancellationToken.None
        );
        return stream;
    }
}
