using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Server;

namespace TraceMQ.Tests.Sockets;

/// <summary>A server of bare sockets: who is there, what each gets, and that nobody hurts the others.</summary>
public sealed class SocketServerTests
{
    private readonly Surroundings _surroundings = new(capacity: 100_000);

    [Fact]
    public async Task Whoever_sends_is_told_apart_over_every_carrier()
    {
        var files = TestCertificates.Shared;
        await using var server = await SocketProfiles.ListenAsync(
            "tcp://127.0.0.1:0,tls://127.0.0.1:0,udp://127.0.0.1:0",
            _surroundings,
            ("tls.certificate_file", files.Server.Certificate),
            ("tls.private_key_file", files.Server.Key),
            ("socket.framing", "line"),
            ("server.reply", "echo")
        );
        Assert.Equal(["tcp", "tls", "udp"], server.ListensOn.Select(url => new Uri(url).Scheme));

        foreach (var url in server.ListensOn)
        {
            var own = new Surroundings();
            var isUdp = url.StartsWith("udp", StringComparison.Ordinal);
            await using var client = await SocketProfiles.ConnectAsync(
                url,
                own,
                isUdp ? []
                    : url.StartsWith("tls", StringComparison.Ordinal)
                        ? [("tls.ca_file", files.Ca), ("socket.framing", "line")]
                    : [("socket.framing", "line")]
            );
            await client.PublishAsync(SocketProfiles.Message($"hello by {url}"), CancellationToken.None);

            var came = await _surroundings.NextInAsync();
            Assert.Equal($"hello by {url}", SocketProfiles.Text(came));
            Assert.Equal(came.Topic, came.Details.Find("peer")!.Value.Text);
            Assert.Equal(client.Facts.Single(fact => fact.Label == "our address").Value, came.Topic);
            var answered = await _surroundings.NextAsync(message => message.Direction == Direction.Out);
            Assert.Equal(came.Topic, answered.Topic);
            Assert.Equal($"hello by {url}", SocketProfiles.Text(await own.NextInAsync()));

            var alone = await server.PublishAsync(
                SocketProfiles.Message("only you", came.Topic),
                CancellationToken.None
            );
            Assert.Equal("sent to 1 client", alone.Text);
            Assert.Equal("only you", SocketProfiles.Text(await own.NextInAsync()));
        }
    }

    [Fact]
    public async Task A_thousand_clients_at_once_each_get_what_is_sent_to_all()
    {
        const int Many = 1_000;
        await using var server = await SocketProfiles.ListenAsync("tcp://127.0.0.1:0", _surroundings);
        var port = new Uri(server.ListensOn[0]).Port;
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Many; i++)
            {
                clients.Add(new TcpClient());
                await clients[^1].ConnectAsync(IPAddress.Loopback, port);
            }

            await Surroundings.UntilAsync(
                () => server.Facts.Any(fact => fact.Value.Replace(",", "", StringComparison.Ordinal) == $"{Many}"),
                "all are there"
            );
            var result = await server.PublishAsync(SocketProfiles.Message("to all"), CancellationToken.None);

            Assert.StartsWith("sent to", result.Text, StringComparison.Ordinal);
            using var patience = new CancellationTokenSource(Surroundings.Patience);
            foreach (var client in clients)
            {
                var got = new byte[6];
                await client.GetStream().ReadExactlyAsync(got, patience.Token);
                Assert.Equal("to all", Encoding.ASCII.GetString(got));
            }
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
    }

    [Fact]
    public async Task An_empty_topic_is_all_and_an_unknown_one_nobody()
    {
        await using var server = await SocketProfiles.ListenAsync("tcp://127.0.0.1:0,udp://127.0.0.1:0", _surroundings);
        var nobody = await server.PublishAsync(SocketProfiles.Message("anybody?"), CancellationToken.None);
        var (one, two) = (new Surroundings(), new Surroundings());
        await using var first = await SocketProfiles.ConnectAsync(server.ListensOn[0], one);
        await using var second = await SocketProfiles.ConnectAsync(server.ListensOn[1], two);
        await first.PublishAsync(SocketProfiles.Message("1"), CancellationToken.None);
        await _surroundings.NextInAsync();
        await second.PublishAsync(SocketProfiles.Message("2"), CancellationToken.None);
        await _surroundings.NextInAsync();

        var all = await server.PublishAsync(SocketProfiles.Message("to all"), CancellationToken.None);
        var unknown = await server.PublishAsync(SocketProfiles.Message("x", "192.0.2.1:5"), CancellationToken.None);

        Assert.Equal("no client is connected", nobody.Text);
        Assert.Equal("sent to 2 clients", all.Text);
        Assert.Equal("to all", SocketProfiles.Text(await one.NextInAsync()));
        Assert.Equal("to all", SocketProfiles.Text(await two.NextInAsync()));
        Assert.False(unknown.IsAccepted);
        Assert.Contains("no client 192.0.2.1:5 is connected", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openssl_talks_to_our_tls_listener()
    {
        var files = TestCertificates.Shared;
        await using var server = await SocketProfiles.ListenAsync(
            "tls://127.0.0.1:0",
            _surroundings,
            ("tls.certificate_file", files.Server.Certificate),
            ("tls.private_key_file", files.Server.Key),
            ("socket.framing", "line"),
            ("server.reply", "fixed"),
            ("server.reply_payload", "thank you")
        );
        await using var client = PeerProcess.Start(
            "openssl",
            "openssl",
            "s_client",
            "-connect",
            server.ListensOn[0]["tls://".Length..],
            "-CAfile",
            files.Ca,
            "-quiet",
            "-verify_return_error"
        );

        await client.SendAsync("from openssl");

        Assert.Equal("from openssl", SocketProfiles.Text(await _surroundings.NextInAsync()));
        await client.LineAsync("thank you");
    }

    [Fact]
    public async Task Clients_are_nodes_that_live_as_long_as_the_listing_and_can_be_closed()
    {
        await using var server = await SocketProfiles.ListenAsync("tcp://127.0.0.1:0", _surroundings);
        var browser = server.Feature<IBrowsable>()!;
        await using var client = await SocketProfiles.ConnectAsync(server.ListensOn[0], new Surroundings());
        await client.PublishAsync(SocketProfiles.Message("12345"), CancellationToken.None);
        var name = (await _surroundings.NextInAsync()).Topic;
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        await using var nodes = browser.ListAsync(parent: null, patience.Token).GetAsyncEnumerator();

        Assert.True(await nodes.MoveNextAsync());
        var node = nodes.Current;
        Assert.Equal(name, node.Name);
        Assert.Equal(name, node.SendTo!.Topic);
        Assert.Equal("1 · 5 B", node.Facts.Single(fact => fact.Label == "sends").Value);
        var call = new ActionCall(node.Actions.Single(), SettingValues.Empty);
        var plan = await browser.PlanAsync(node.Path, call, CancellationToken.None);
        Assert.Contains(name, plan.Summary, StringComparison.Ordinal);
        Assert.True((await browser.RunAsync(plan, CancellationToken.None)).IsDone);

        Assert.Equal(FailureKind.Lost, (await client.FailureAsync()).Kind);
        while (!nodes.Current.IsGone)
            Assert.True(await nodes.MoveNextAsync());
        Assert.Equal(node.Path, nodes.Current.Path);
        Assert.False((await browser.RunAsync(plan, CancellationToken.None)).IsDone);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_and_the_others_get_everything()
    {
        await using var server = await SocketProfiles.ListenAsync(
            "tcp://127.0.0.1:0",
            _surroundings,
            ("socket.framing", "length")
        );
        using var deaf = new TcpClient();
        await deaf.ConnectAsync(IPAddress.Loopback, new Uri(server.ListensOn[0]).Port);
        var own = new Surroundings();
        await using var client = await SocketProfiles.ConnectAsync(
            server.ListensOn[0],
            own,
            ("socket.framing", "length")
        );
        await Surroundings.UntilAsync(() => Clients(server) == 2, "both are there");
        var payload = new string('x', 100_000);

        var sent = 0;
        while (Clients(server) == 2)
        {
            await server.PublishAsync(SocketProfiles.Message(payload), CancellationToken.None);
            Assert.True(++sent < 2_000, "it is still there");
        }

        var notice = await _surroundings.NoticeAsync("does not read what is sent to it, and was closed");
        Assert.Equal(NoticeLevel.Warning, notice.Level);
        for (var i = 0; i < sent; i++)
            Assert.Equal(payload.Length, (await own.NextInAsync()).Payload.Length);
    }

    [Fact]
    public async Task A_client_that_sends_what_does_not_fit_the_framing_is_closed_with_a_notice()
    {
        await using var server = await SocketProfiles.ListenAsync(
            "tcp://127.0.0.1:0",
            _surroundings,
            ("socket.framing", "length"),
            ("socket.max_frame", "1KB")
        );
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.ListensOn[0]).Port);

        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        await _surroundings.NoticeAsync("announces a message of 1,195,725,856 bytes");
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[10]).AsTask().WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task The_longest_silent_senders_of_datagrams_are_forgotten_when_too_many_come()
    {
        await using var server = await SocketProfiles.ListenAsync("udp://127.0.0.1:0", _surroundings);
        var target = new IPEndPoint(IPAddress.Loopback, new Uri(server.ListensOn[0]).Port);
        for (var i = 0; i < DatagramListener.MaximumSenders + 20; i++)
        {
            using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            await sender.SendAsync(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), target);
            await _surroundings.NextAsync(message =>
                SocketProfiles.Text(message) == i.ToString(CultureInfo.InvariantCulture)
            );
        }

        Assert.InRange(Clients(server), 1, DatagramListener.MaximumSenders);
    }

    [Fact]
    public async Task A_port_in_use_is_told_for_tcp_and_for_udp()
    {
        await using var server = await SocketProfiles.ListenAsync("tcp://127.0.0.1:0,udp://127.0.0.1:0", _surroundings);

        foreach (var url in server.ListensOn)
        {
            var failure = await Assert.ThrowsAsync<TransportException>(() =>
                SocketProfiles.ListenAsync(url, _surroundings)
            );
            Assert.Contains("another program uses that port", failure.Message, StringComparison.Ordinal);
            Assert.True(failure.IsFinal);
        }
    }

    [Fact]
    public async Task A_test_of_a_server_says_where_it_would_listen()
    {
        var steps = new List<TestStep>();
        await foreach (
            var step in SocketProfiles.Transport.TestAsync(
                SocketProfiles.Of("tcp://127.0.0.1:0", ("mode", "server")),
                _surroundings.Context,
                CancellationToken.None
            )
        )
            steps.Add(step);

        Assert.True(Assert.Single(steps).IsPassed);
        Assert.StartsWith("tcp://127.0.0.1:", steps[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_server_replies_nothing() =>
        Assert.Contains(
            SocketProfiles.ProblemsOf(
                "tcp://127.0.0.1:0",
                ("mode", "server"),
                ("read_only", "true"),
                ("server.reply", "echo")
            ),
            problem => problem.Key == "server.reply"
        );

    private static int Clients(ISession server) =>
        int.Parse(
            server.Facts.Single(fact => fact.Label == "clients").Value,
            NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture
        );
}
