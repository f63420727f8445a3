using System.Globalization;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>Our hub with Microsoft's own client, npm @azure/event-hubs, as its client.</summary>
public sealed class MicrosoftClientTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Theory]
    [InlineData("amqp")]
    [InlineData("amqps")]
    [InlineData("amqp+ws")]
    [InlineData("amqp+wss")]
    public async Task It_reads_properties_and_sends_batches_over_every_carrier(string scheme)
    {
        await using var hub = await StartAsync(scheme);

        var properties = await RunAsync("properties", hub.ConnectionString, WayOf(scheme));
        var sent = await RunAsync("send", hub.ConnectionString, WayOf(scheme));

        Assert.Contains("hub telemetry 0,1,2,3 true", properties, StringComparison.Ordinal);
        for (var i = 0; i < 4; i++)
            Assert.Contains($"partition {i} true 0 -1 -1", properties, StringComparison.Ordinal);
        Assert.Contains("limit 1048576", sent, StringComparison.Ordinal);
        // The key's partition is 3, as Microsoft's own hash says.
        Assert.Contains("partition 3 10", sent, StringComparison.Ordinal);
        var keyed = await hub.Surroundings.NextAsync(message => message.Topic == "3");
        Assert.Equal("kiln-1", keyed.Details.Find("key")?.Text);
        Assert.Equal("\"event 0\"", Encoding.UTF8.GetString(keyed.Payload.Span));
    }

    [Theory]
    [InlineData("amqp")]
    [InlineData("amqp+ws")]
    public async Task It_reads_from_every_kind_of_position_and_follows_the_end(string scheme)
    {
        await using var hub = await StartAsync(scheme);

        var output = await RunAsync("positions", hub.ConnectionString, WayOf(scheme));

        Assert.Contains("earliest 0,1,2,3,4,5,6,7,8,9 ", output, StringComparison.Ordinal);
        Assert.Contains("after sequence 6,7,8,9\n", output, StringComparison.Ordinal);
        Assert.Contains("from sequence 5,6,7,8,9\n", output, StringComparison.Ordinal);
        Assert.Contains("after offset 6,7,8,9\n", output, StringComparison.Ordinal);
        Assert.Contains("from offset 5,6,7,8,9\n", output, StringComparison.Ordinal);
        Assert.Contains("latest true true\n", output, StringComparison.Ordinal);
        Assert.Contains("after time true true\n", output, StringComparison.Ordinal);
        Assert.Contains("metric true true true\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_body_comes_back_as_it_was_sent_and_is_listed()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var output = await RunAsync("bodies", hub.ConnectionString);

        Assert.Contains(
            "body data {\"type\":\"Buffer\",\"data\":[0,255,1]} kept data about",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("body value \"a value\" kept value about", output, StringComparison.Ordinal);
        Assert.Contains(
            "body value {\"map\":[1,\"two\",null,true]} kept value about",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("body sequence [[\"a\",1],[\"b\",2]] kept sequence about", output, StringComparison.Ordinal);
        var value = await hub.Surroundings.NextAsync(message =>
            message.Details.Find("body")?.Text is { } kind && kind.StartsWith("value", StringComparison.Ordinal)
        );
        Assert.Equal("a value", Encoding.UTF8.GetString(value.Payload.Span));
        Assert.Contains(new Header("kind", "value"), value.Headers);
        Assert.Contains("x-mine=kept", value.Details.Find("annotations")?.Text, StringComparison.Ordinal);
        Assert.Equal("id", value.Details.Find("message_id")?.Text);
    }

    [Fact]
    public async Task A_reader_with_an_owner_level_puts_out_the_lower_ones_and_keeps_them_out()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var output = await RunAsync("owner", hub.ConnectionString);

        Assert.Contains("second holds\n", output, StringComparison.Ordinal);
        Assert.Contains("first lost ReceiverDisconnectedError", output, StringComparison.Ordinal);
        Assert.Contains("lower lost ReceiverDisconnectedError", output, StringComparison.Ordinal);
        Assert.Contains("none lost ReceiverDisconnectedError", output, StringComparison.Ordinal);
        Assert.DoesNotContain("second lost", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sixth_reader_of_a_partition_is_refused()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var output = await RunAsync("readers", hub.ConnectionString);

        Assert.Contains("reader 5 refused QuotaExceededError", output, StringComparison.Ordinal);
        Assert.DoesNotContain("reader 4 refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_buffered_producer_and_the_hub_put_a_key_into_the_same_partition()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var output = await RunAsync("buffered", hub.ConnectionString, "count=200");

        Assert.DoesNotContain("error", output, StringComparison.Ordinal);
        Assert.Contains("sent ", output, StringComparison.Ordinal);
        for (var i = 0; i < 200; i++)
        {
            var message = await hub.Surroundings.NextAsync(item => item.Direction == Direction.In);
            // It maps keys by itself and sends to partitions: "event N" was given the key N modulo 17.
            var number = int.Parse(
                Encoding.UTF8.GetString(message.Payload.Span).Trim('"')["event ".Length..],
                CultureInfo.InvariantCulture
            );
            var index = PartitionHash.IndexOf($"key {number % 17}", 4);
            Assert.Equal(index.ToString(CultureInfo.InvariantCulture), message.Topic);
        }
    }

    [Fact]
    public async Task It_gets_what_the_screen_publishes()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = NodePeer.Start(
            "eventhubs-client.js",
            "receive",
            hub.ConnectionString,
            "partition=2",
            "count=2"
        );

        var first = await PublishAsync(hub, "2", "1");
        await client.LineAsync("event 0 - 1");
        await PublishAsync(hub, "2", "2");

        Assert.True(first.IsAccepted);
        await client.LineAsync("event 1 - 2");
        await client.LineAsync("received 2");
    }

    [Theory]
    [InlineData("amqp")]
    [InlineData("amqp+ws")]
    public async Task A_wrong_key_is_refused_and_said(string scheme)
    {
        await using var hub = await StartAsync(scheme);

        var output = await RunAsync("properties", hub.ConnectionStringOf(key: "d3Jvbmc="), WayOf(scheme));

        Assert.Contains("failed UnauthorizedError", output, StringComparison.Ordinal);
        var notice = await hub.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        Assert.Contains("InvalidSignature", notice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("d3Jvbmc", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_a_group_and_a_partition_that_are_not_there_are_told_apart()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var noHub = await RunAsync("properties", hub.ConnectionStringOf("other"));
        var noGroup = await RunAsync("receive", hub.ConnectionString, "group=other", "count=1");
        var noPartition = await RunAsync("partition", hub.ConnectionString, "partition=9");

        Assert.Contains("failed MessagingEntityNotFoundError", noHub, StringComparison.Ordinal);
        Assert.Contains("failed MessagingEntityNotFoundError", noGroup, StringComparison.Ordinal);
        Assert.Equal(3, noPartition.Split("failed ArgumentOutOfRangeError").Length - 1);
    }

    [Fact]
    public async Task Nothing_is_missing_of_many_events_and_their_order_is_kept()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var draining = hub.Surroundings.NextAsync(message => message.Details.Find("sequence")?.Number == 19_999);

        var output = await RunAsync("many", hub.ConnectionString, "count=20000");

        Assert.Contains("many 20000 true", output, StringComparison.Ordinal);
        await draining;
    }

    internal static Task<LocalHubServer> StartAsync(string scheme, params (string Key, string Value)[] values) =>
        LocalHubServer.StartAsync(
            $"{scheme}://127.0.0.1:0",
            new Surroundings(),
            [
                .. scheme is "amqps" or "amqp+wss"
                    ? ((string, string)[])
                        [
                            ("tls.certificate_file", s_files.Server.Certificate),
                            ("tls.private_key_file", s_files.Server.Key),
                            ("tls.ca_file", s_files.Ca),
                        ]
                    : [],
                .. values,
            ]
        );

    internal static Task<PublishResult> PublishAsync(LocalHubServer hub, string partition, string payload) =>
        hub.Session.PublishAsync(
            new OutgoingMessage { Topic = partition, Payload = Encoding.UTF8.GetBytes(payload) },
            CancellationToken.None
        );

    private static string[] WayOf(string scheme) =>
        [
            .. scheme switch
            {
                "amqp+ws" => (string[])["way=ws"],
                "amqp+wss" => ["way=wss"],
                _ => [],
            },
            .. scheme is "amqps" or "amqp+wss"
                ? (string[])[$"ca={s_files.Ca}", $"cert={s_files.Client.Certificate}", $"key={s_files.Client.Key}"]
                : [],
        ];

    internal static async Task<string> RunAsync(string scenario, string connectionString, params string[] more)
    {
        await using var client = NodePeer.Start("eventhubs-client.js", [scenario, connectionString, .. more]);
        return await client.EndAsync();
    }
}
