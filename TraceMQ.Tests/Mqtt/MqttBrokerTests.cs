using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Mqtt.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Our own broker, with our own client and with raw bytes as its clients.</summary>
public sealed class MqttBrokerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_a_client_sends_is_listed_with_who_sent_it(int qos)
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var client = await ConnectAsync(broker.Port, ("mqtt.client_id", "sensor-1"));

        await client.PublishAsync(MqttSessionTests.Message("a/b", "hello", ("qos", qos)), CancellationToken.None);

        var received = await broker.Surroundings.NextInAsync("a/b");
        Assert.Equal("hello", MqttSessionTests.Text(received));
        Assert.Equal(qos, received.Details.Find("qos")?.Number);
        Assert.StartsWith("sensor-1 127.0.0.1:", received.Details.Find("peer")?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_published_goes_to_the_clients_that_subscribe_and_stays_where_retained()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var early = new Surroundings();
        await using var client = await ConnectAsync(early, broker.Port);
        await client.SubscribeAsync(new Subscription("news/#"), null, CancellationToken.None);

        var sent = await broker.Session.PublishAsync(
            MqttSessionTests.Message("news/1", "x", ("retain", true)),
            CancellationToken.None
        );
        var unheard = await broker.Session.PublishAsync(MqttSessionTests.Message("other", "x"), CancellationToken.None);

        Assert.Equal("sent to 1 client; retained", sent.Text);
        Assert.Equal("no client subscribes to it", unheard.Text);
        Assert.False((await early.NextInAsync("news/1")).IsReplayed);
        var late = new Surroundings();
        await using var second = await ConnectAsync(late, broker.Port);
        await second.SubscribeAsync(new Subscription("news/1"), null, CancellationToken.None);
        Assert.True((await late.NextInAsync("news/1")).IsReplayed);
        var own = await broker.Surroundings.NextAsync(message => message.Topic == "news/1");
        Assert.Equal(Direction.Out, own.Direction);
        await client.PublishAsync(MqttSessionTests.Message("end", "x"), CancellationToken.None);
        Assert.Equal("end", (await broker.Surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    // CONNECT without a client id: 3.1, 3.1.1 and 5.0.
    [Theory]
    [InlineData("100E 0006 4D5149736470 03 02 003C 0000", "20020000")]
    [InlineData("100C 0004 4D515454 04 02 003C 0000", "20020000")]
    [InlineData("100D 0004 4D515454 05 02 003C 00 0000", "20")]
    public async Task A_client_without_an_id_is_accepted_and_named(string connect, string accepted)
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", broker.Port);

        await client.GetStream().WriteAsync(Convert.FromHexString(connect.Replace(" ", "", StringComparison.Ordinal)));

        var answer = new byte[64];
        var read = await client.GetStream().ReadAtLeastAsync(answer, 4).AsTask().WaitAsync(Surroundings.Patience);
        Assert.StartsWith(accepted, Convert.ToHexString(answer, 0, read), StringComparison.Ordinal);
        Assert.Equal(0, answer[3]);
        await Surroundings.UntilAsync(() => ClientsOf(broker).Result.Count == 1, "the client is listed");
        Assert.StartsWith("auto-", (await ClientsOf(broker))[0].Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_with_another_password_is_refused()
    {
        await using var broker = await EmbeddedBroker.StartAsync(("auth.username", "me"), ("auth.password", "right"));

        var wrong = await MqttFailureTests.FailAsync(
            MqttProfiles.Of(broker.Port, ("auth.username", "me"), ("auth.password", "wrong"))
        );
        var none = await MqttFailureTests.FailAsync(MqttProfiles.Of(broker.Port, ("mqtt.version", "3.1.1")));
        await using var right = await ConnectAsync(broker.Port, ("auth.username", "me"), ("auth.password", "right"));

        Assert.Equal(FailureKind.Credentials, wrong.Kind);
        Assert.Equal(FailureKind.Credentials, none.Kind);
    }

    [Fact]
    public async Task It_listens_at_every_url_and_names_the_real_ports()
    {
        await using var broker = await EmbeddedBroker.StartAsync("mqtt://127.0.0.1:0,mqtt://localhost:0");

        var addresses = broker.Session.ListensOn;
        Assert.Equal(2, addresses.Distinct().Count());
        foreach (var address in addresses)
        {
            await using var client = await MqttProfiles.Transport.ConnectAsync(
                MqttProfiles.Of(address),
                new Surroundings().Context,
                CancellationToken.None
            );
            Assert.False(client.Completion.IsCompleted);
        }

        Assert.Contains(broker.Session.Facts, fact => fact is { Label: "open to", Value: "this machine" });
    }

    [Fact]
    public async Task A_port_in_use_is_said_to_be_in_use()
    {
        await using var first = await EmbeddedBroker.StartAsync();

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            EmbeddedBroker.StartAsync($"mqtt://127.0.0.1:{first.Port}")
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("another program uses that port", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_clients_are_listed_and_can_be_disconnected()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var client = await ConnectAsync(broker.Port, ("mqtt.client_id", "guest"));
        await client.SubscribeAsync(new Subscription("b/#"), null, CancellationToken.None);
        await client.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);
        var browsable = broker.Session.Feature<IBrowsable>()!;

        var node = Assert.Single(await ClientsOf(broker));
        Assert.Equal(
            ["address", "version", "sends", "gets", "connected", "subscriptions"],
            node.Facts.Select(fact => fact.Label)
        );
        Assert.Equal("5.0", node.Facts[1].Value);
        Assert.Equal("a, b/#", node.Facts[5].Value);
        var plan = await browsable.PlanAsync(
            node.Path,
            new ActionCall(node.Actions.Single(), SettingValues.Empty),
            CancellationToken.None
        );
        Assert.False(client.Completion.IsCompleted);
        var result = await browsable.RunAsync(plan, CancellationToken.None);

        Assert.True(result.IsDone, result.Text);
        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            client.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains(
            "administrative action (0x98) (it says: disconnected by the operator)",
            lost.Message,
            StringComparison.Ordinal
        );
        await Surroundings.UntilAsync(() => ClientsOf(broker).Result.Count == 0, "the client is gone");
        Assert.False((await browsable.RunAsync(plan, CancellationToken.None)).IsDone);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0010\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u0010")]
    [InlineData("")]
    public async Task A_client_that_speaks_something_else_harms_nobody(string said)
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var good = await ConnectAsync(broker.Port);
        using (var bad = new TcpClient())
        {
            await bad.ConnectAsync("127.0.0.1", broker.Port);
            await bad.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(said));
        }

        await good.PublishAsync(MqttSessionTests.Message("still", "here"), CancellationToken.None);

        Assert.Equal("still", (await broker.Surroundings.NextInAsync("still")).Topic);
        Assert.False(broker.Session.Completion.IsCompleted);
    }

    [Fact]
    public async Task Messages_for_a_client_that_does_not_read_are_dropped_and_said_to_be()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        using var slow = new TcpClient { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync("127.0.0.1", broker.Port);
        byte[] connect = [0x10, 0x0D, 0x00, 0x04, .. "MQTT"u8, 0x04, 0x02, 0x00, 0x3C, 0x00, 0x01, (byte)'s'];
        byte[] subscribe = [0x82, 0x06, 0x00, 0x01, 0x00, 0x01, (byte)'#', 0x00];
        await slow.GetStream().WriteAsync(connect);
        await slow.GetStream().WriteAsync(subscribe);
        await slow.GetStream().ReadExactlyAsync(new byte[9]);
        var large = MqttSessionTests.Message("large", new string('x', 100_000));

        for (var i = 0; i < BrokerSession.MaximumPending + 1000; i++)
            await broker.Session.PublishAsync(large, CancellationToken.None);

        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var notice = await broker.Surroundings.Notices.Reader.ReadAsync(timeout.Token);
        Assert.Equal(NoticeLevel.Warning, notice.Level);
        Assert.Contains("too slow", notice.Text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Node>> ClientsOf(EmbeddedBroker broker)
    {
        var browsable = broker.Session.Feature<IBrowsable>()!;
        var roots = await MqttBrowseTests.ListAsync(browsable, null);
        // The listing lives on: what it tells first are the clients of this moment, and the first again begins the next round.
        var clients = new List<Node>();
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        await using var listing = browsable
            .ListAsync(roots.Single(node => node.Name == "clients").Path, stop.Token)
            .GetAsyncEnumerator(stop.Token);
        while (true)
        {
            var next = listing.MoveNextAsync().AsTask();
            if (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)) != next)
            {
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
                return clients;
            }

            Assert.True(await next);
            clients.Add(listing.Current);
        }
    }

    [Fact]
    public async Task The_list_of_clients_counts_what_they_send_and_drops_who_has_gone()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var client = await ConnectAsync(broker.Port, ("mqtt.client_id", "sensor-1"));
        await client.PublishAsync(MqttSessionTests.Message("a", "x", ("qos", 1)), CancellationToken.None);
        using var stop = new CancellationTokenSource(Surroundings.Patience);
        var browsable = broker.Session.Feature<IBrowsable>()!;

        var rounds = 0;
        await foreach (var node in browsable.ListAsync(new NodePath("clients"), stop.Token))
        {
            Assert.Equal("sensor-1", node.Name);
            if (node.IsGone)
                break;
            Assert.True(rounds < 3, string.Join("; ", node.Facts));
            if (++rounds >= 2 && node.Facts.Single(fact => fact.Label == "sends").Value == "0/s · 1")
                await client.DisposeAsync();
        }

        Assert.True(stop.Token.CanBeCanceled);
    }

    private static Task<ISession> ConnectAsync(int port, params (string, string)[] values) =>
        ConnectAsync(new Surroundings(), port, values);

    private static Task<ISession> ConnectAsync(Surroundings surroundings, int port, params (string, string)[] values) =>
        MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(port, values),
            surroundings.Context,
            CancellationToken.None
        );
}
