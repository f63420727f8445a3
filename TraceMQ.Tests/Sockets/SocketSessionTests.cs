using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Sockets;

/// <summary>A socket as a client: what is sent byte for byte, what comes, and how it ends.</summary>
public sealed class SocketSessionTests
{
    private readonly Surroundings _surroundings = new();

    [Theory]
    [InlineData("none", "abc", "616263")]
    [InlineData("none", "abc", "6162630d0a", "line_ending", "crlf")]
    [InlineData("line", "abc", "6162630a")]
    [InlineData("line", "abc", "616263", "line_ending", "none")]
    [InlineData("line", "abc", "61626300", "line_ending", "nul")]
    [InlineData("length", "abc", "00000003616263")]
    [InlineData("length", "abc", "000000046162630a", "line_ending", "lf")]
    [InlineData("none", "00 ff:10", "00ff10", "encoding", "hex")]
    [InlineData("none", "0x00FF\n10", "00ff10", "encoding", "hex")]
    [InlineData("none", "AP8Q", "00ff10", "encoding", "base64")]
    [InlineData("length", "00ff10", "0000000300ff10", "encoding", "hex")]
    public async Task A_message_goes_out_in_its_framing(
        string framing,
        string payload,
        string expected,
        string? key = null,
        string? value = null
    )
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(listener, ("socket.framing", framing));
        using var peer = await listener.AcceptTcpClientAsync();

        var result = await session.PublishAsync(
            SocketProfiles.Message(payload, key is null ? [] : [(key, value!)]),
            CancellationToken.None
        );

        Assert.True(result.IsAccepted);
        var bytes = new byte[expected.Length / 2];
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        await peer.GetStream().ReadExactlyAsync(bytes, patience.Token);
        Assert.Equal(expected, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData("0", "hex", "no hex")]
    [InlineData("zz", "hex", "no hex")]
    [InlineData("a", "base64", "no base64")]
    public async Task A_payload_that_is_not_what_its_encoding_says_is_not_sent(
        string payload,
        string encoding,
        string words
    )
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(listener);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(SocketProfiles.Message(payload, ("encoding", encoding)), CancellationToken.None)
        );

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_surroundings.Waiting());
    }

    [Fact]
    public async Task A_half_close_of_the_peer_is_a_notice_and_ends_the_connection()
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(listener, ("socket.framing", "line"));
        using var peer = await listener.AcceptTcpClientAsync();

        await peer.GetStream().WriteAsync("one\ntwo without an end"u8.ToArray());
        peer.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal("one", SocketProfiles.Text(await _surroundings.NextInAsync()));
        Assert.Equal("two without an end", SocketProfiles.Text(await _surroundings.NextInAsync()));
        await _surroundings.NoticeAsync("has finished sending (half-close)");
        var failure = await session.FailureAsync();
        Assert.Equal(FailureKind.Lost, failure.Kind);
        Assert.Contains("set socket.half_open", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_has_finished_sending_can_be_sent_to_where_that_is_asked_for()
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(listener, ("socket.half_open", "true"));
        using var peer = await listener.AcceptTcpClientAsync();
        var received = peer.GetStream();
        peer.Client.Shutdown(SocketShutdown.Send);
        await _surroundings.NoticeAsync("what is sent to it still goes out");

        await session.PublishAsync(SocketProfiles.Message("still here"), CancellationToken.None);

        var bytes = new byte[10];
        await received.ReadExactlyAsync(bytes);
        Assert.Equal("still here"u8.ToArray(), bytes);
        Assert.False(session.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Half_closing_lets_the_peer_answer_what_came_before(bool isSecure)
    {
        var files = TestCertificates.Shared;
        await using var peer = PythonPeer.Start(
            "socket_server.py",
            isSecure ? ["upper", files.Server.Certificate, files.Server.Key] : ["upper"]
        );
        var port = int.Parse(await peer.LineAsync("port "), CultureInfo.InvariantCulture);
        await using var session = await SocketProfiles.ConnectAsync(
            isSecure ? $"tls://localhost:{port}" : $"tcp://localhost:{port}",
            _surroundings,
            isSecure ? [("tls.ca_file", files.Ca)] : []
        );

        var result = await session.PublishAsync(
            SocketProfiles.Message("abc", ("half_close", "true")),
            CancellationToken.None
        );

        Assert.Contains("nothing more follows", result.Text, StringComparison.Ordinal);
        await peer.LineAsync("finished");
        var text = new StringBuilder();
        while (!text.ToString().EndsWith("that was all", StringComparison.Ordinal))
            text.Append(SocketProfiles.Text(await _surroundings.NextInAsync()));
        Assert.Equal("ABCthat was all", text.ToString());
        var again = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(SocketProfiles.Message("more"), CancellationToken.None)
        );
        Assert.EndsWith("connect again.", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_is_told_as_one()
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(listener);
        using var peer = await listener.AcceptTcpClientAsync();

        peer.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        peer.Client.Close(0);

        Assert.Contains("reset the connection", (await session.FailureAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("length", "GET / HTTP/1.1\r\n\r\n", "announces a message of 1,195,725,856 bytes")]
    [InlineData("line", "no end and too long", "sent a line of more than 10B")]
    public async Task A_peer_that_speaks_another_framing_is_told_and_not_tried_again(
        string framing,
        string sent,
        string words
    )
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(
            listener,
            ("socket.framing", framing),
            ("socket.max_frame", "10B")
        );
        using var peer = await listener.AcceptTcpClientAsync();

        await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent));

        var failure = await session.FailureAsync();
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsFinal);
    }

    [Fact]
    public async Task Nothing_that_listens_is_told_over_tcp_and_over_udp()
    {
        var port = Mosquitto.FreePort();
        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            SocketProfiles.ConnectAsync($"tcp://127.0.0.1:{port}", _surroundings)
        );
        await using var udp = await SocketProfiles.ConnectAsync($"udp://127.0.0.1:{port}", _surroundings);
        var sent = await udp.PublishAsync(SocketProfiles.Message("anybody?"), CancellationToken.None);

        Assert.Contains("nothing listens there", refused.Message, StringComparison.Ordinal);
        Assert.True(sent.IsAccepted);
        var failure = await udp.FailureAsync();
        Assert.Equal(FailureKind.Refused, failure.Kind);
        Assert.Contains("refused a datagram: nothing listens there", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_datagram_is_a_message_also_an_empty_one_and_one_as_long_as_they_get()
    {
        using var peer = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)peer.Client.LocalEndPoint!).Port;
        await using var session = await SocketProfiles.ConnectAsync($"udp://127.0.0.1:{port}", _surroundings);

        foreach (var payload in new[] { "one", "", new string('x', 65_507) })
        {
            await session.PublishAsync(SocketProfiles.Message(payload), CancellationToken.None);
            var came = await peer.ReceiveAsync().WaitAsync(Surroundings.Patience);
            Assert.Equal(payload, Encoding.UTF8.GetString(came.Buffer));
            await peer.SendAsync(came.Buffer, came.RemoteEndPoint);
            Assert.Equal(payload, SocketProfiles.Text(await _surroundings.NextInAsync()));
        }

        var tooLong = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(SocketProfiles.Message(new string('x', 65_508)), CancellationToken.None)
        );
        Assert.Contains("65,507 bytes at most", tooLong.Message, StringComparison.Ordinal);
        var halfClose = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(SocketProfiles.Message("x", ("half_close", "true")), CancellationToken.None)
        );
        Assert.Contains("leave half_close out", halfClose.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_datagram_of_a_stranger_is_no_answer()
    {
        using var peer = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using var session = await SocketProfiles.ConnectAsync(
            $"udp://{peer.Client.LocalEndPoint}",
            _surroundings
        );
        await session.PublishAsync(SocketProfiles.Message("who am I"), CancellationToken.None);
        var ours = (await peer.ReceiveAsync().WaitAsync(Surroundings.Patience)).RemoteEndPoint;

        await stranger.SendAsync("from a stranger"u8.ToArray(), ours);
        await peer.SendAsync("from the peer"u8.ToArray(), ours);

        Assert.Equal("from the peer", SocketProfiles.Text(await _surroundings.NextInAsync()));
    }

    [Fact]
    public async Task The_bytes_on_the_wire_are_recorded_with_what_frames_them()
    {
        using var listener = Listener();
        await using var session = await ConnectAsync(
            listener,
            ("socket.framing", "length"),
            ("socket.length_bytes", "1")
        );
        using var peer = await listener.AcceptTcpClientAsync();
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        await using var wire = _surroundings.Context.Wire.ReadAsync(only: null, stop.Token).GetAsyncEnumerator();
        var next = wire.MoveNextAsync();

        await session.PublishAsync(SocketProfiles.Message("abc"), CancellationToken.None);
        Assert.True(await next);
        Assert.Equal(
            (Direction.Out, "03616263"),
            (wire.Current.Direction, Convert.ToHexStringLower(wire.Current.Bytes.Span))
        );

        await peer.GetStream().WriteAsync(new byte[] { 1, 0xFF });
        Assert.True(await wire.MoveNextAsync());
        Assert.Equal(
            (Direction.In, "01ff"),
            (wire.Current.Direction, Convert.ToHexStringLower(wire.Current.Bytes.Span))
        );
        peer.Client.Shutdown(SocketShutdown.Send);
        Assert.True(await wire.MoveNextAsync());
        Assert.Equal("end", wire.Current.Kind);
    }

    [Theory]
    [InlineData("tcp://localhost", "url", "a socket has no port of its own: write tcp://localhost:PORT")]
    [InlineData("tcp://localhost:1/x", "url", "has a path, and a socket has none")]
    [InlineData("tcp://me@localhost:1", "url", "has a user name")]
    [InlineData("tcp://localhost:1", "socket.line_ending", "only with socket.framing = \"line\"", "crlf")]
    [InlineData("tcp://localhost:1", "socket.length_bytes", "only with socket.framing = \"length\"", "2")]
    [InlineData("tcp://localhost:1", "socket.max_frame", "without a framing", "2KB")]
    [InlineData("udp://localhost:1", "socket.framing", "a datagram is one message", "line")]
    [InlineData("tcp://localhost:1", "server.reply", "only a server has it", "echo")]
    [InlineData("tcp://localhost:1", "tls.ca_file", "no address in url uses TLS", "x.pem")]
    [InlineData("localhost:1", "url", "write a URL such as \"tcp://localhost:9000\"")]
    public void A_setting_that_cannot_be_honoured_is_named(string url, string key, string words, string? value = null)
    {
        var problems = SocketProfiles.ProblemsOf(url, value is null ? [] : [(key, value)]);

        Assert.Contains(
            problems,
            problem => problem.Key == key && problem.Sentence.Contains(words, StringComparison.Ordinal)
        );
    }

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private Task<ISession> ConnectAsync(TcpListener listener, params IEnumerable<(string, string)> values) =>
        SocketProfiles.ConnectAsync($"tcp://{listener.LocalEndpoint}", _surroundings, values);
}
